export {
  createDispatcher,
  type DispatchCall,
  type Dispatcher,
  type DispatcherOptions,
  type WebhookDispatch,
} from './dispatcher.js';
export { parseWebhooks, type Webhook, type WebhookEventType } from './webhook.js';
