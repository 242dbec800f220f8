export {
  createDispatcher,
  type DispatchCall,
  type Dispatcher,
  type DispatcherOptions,
  type WebhookDispatch,
} from './dispatcher.js';
export { parseWebhooks, readWebhook, type Webhook, type WebhookEventType } from './webhook.js';
