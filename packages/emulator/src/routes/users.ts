import { enveloped } from '../answers.js';
import { userId, username } from '../user.js';
import { notFound, route } from './route.js';

const features = [
  'ACTORS',
  'STORAGE',
  'SCHEDULER',
  'PROXY',
  'PROXY_EXTERNAL_ACCESS',
  'PROXY_RESIDENTIAL',
  'PROXY_SERPS',
  'WEBHOOKS',
  'ACTORS_PUBLIC_ALL',
  'ACTORS_PUBLIC_DEVELOPER',
];

/** The features that are emulated. */
const enabled = new Set(['ACTORS', 'STORAGE', 'SCHEDULER', 'WEBHOOKS', 'PROXY']);

export const userRoutes = [
  route({
    method: 'GET',
    path: '/v2/users/me',
    operation: 'users_me_get',
    summary: 'Get the user',
    does: 'reads',
    answers: 'UserPrivateInfo',
    differs: `one user, \`${username}\`, whatever the token`,
    answer: ({ services }) =>
      enveloped({
        id: userId,
        username,
        profile: { name: 'Emulator' },
        email: 'emulator@example.com',
        proxy: { password: services.egress?.password ?? '', groups: [] },
        plan: { id: 'EMULATOR', description: 'Everything that is emulated', isEnabled: true, availableProxyGroups: {} },
        effectivePlatformFeatures: Object.fromEntries(features.map((name) => [name, featureOf(name)])),
        createdAt: services.startedAt,
        isPaying: false,
      }),
  }),
  route({
    method: 'GET',
    path: '/v2/users/:userId',
    operation: 'user_get',
    summary: 'Get the public profile of the user',
    does: 'reads',
    differs: 'there is only one user',
    answer: ({ segment }) => {
      if (![userId, username].includes(segment('userId'))) throw notFound('User');
      return enveloped({ id: userId, username, profile: { name: 'Emulator' } });
    },
  }),
];

function featureOf(name: string): Record<string, unknown> {
  const isEnabled = enabled.has(name);
  return {
    isEnabled,
    disabledReason: isEnabled ? null : 'It is not emulated',
    disabledReasonType: isEnabled ? null : 'DISABLED',
    isTrial: false,
    trialExpirationAt: null,
  };
}
