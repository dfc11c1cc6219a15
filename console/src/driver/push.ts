// Being told that the run has changed while the page is closed; what has changed is read once it is open.

import { ask } from '../api/ask';

interface Key { key: string | null }

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));

/** Ask the phone and the server for it; `false` where either does not have it. Must follow from a tap. */
export async function subscribe(): Promise<boolean> {
  if (!('PushManager' in window) || !navigator.serviceWorker) return false;
  if ((await Notification.requestPermission()) !== 'granted') return false;
  const { key } = await ask<Key>('/my/push');
  if (!key) return false;
  const { pushManager } = await navigator.serviceWorker.ready;
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const { endpoint, keys } = made.toJSON();
  await ask('/my/push', { method: 'POST', body: { endpoint, p256dh: keys?.['p256dh'], auth: keys?.['auth'] } });
  return true;
}
