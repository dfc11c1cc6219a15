// The service worker of the driver's page: it keeps the page itself, never what the server says of riders, and shows
// that something has changed. A new version of the page comes with a new version of this file.

// What is used of a worker's world: the library of its types contradicts that of pages, which share this compilation.
interface Later extends Event { waitUntil(what: Promise<unknown>): void }
interface Fetching extends Event { request: Request; respondWith(answer: Promise<Response>): void }
interface Pushed extends Later { data: { json(): unknown } | null }
interface Clicked extends Later { notification: Notification }
interface Opened { focus(): Promise<Opened> }
interface Worker {
  clients: { claim(): Promise<void>; matchAll(of: { type: 'window' }): Promise<Opened[]>; openWindow(url: string): Promise<Opened> };
  registration: { showNotification(title: string, options: NotificationOptions): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', does: (event: Later) => void): void;
  addEventListener(type: 'fetch', does: (event: Fetching) => void): void;
  addEventListener(type: 'push', does: (event: Pushed) => void): void;
  addEventListener(type: 'notificationclick', does: (event: Clicked) => void): void;
}
const worker = self as unknown as Worker;

const PAGE = '/driver';
// The server writes its version here; the file differs whenever any file of the page does.
const KEPT = 'estafette-driver-{version}';

async function keepPage(): Promise<void> {
  const cache = await caches.open(KEPT);
  const answer = await fetch(PAGE, { cache: 'no-store' });
  const html = await answer.clone().text();
  await cache.put(PAGE, answer);
  await cache.addAll([...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((found) => found[1] ?? ''));
}

async function forgetOld(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith('estafette-driver-') && name !== KEPT).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function answered(request: Request, path: string): Promise<Response> {
  return (await (await caches.open(KEPT)).match(path)) ?? fetch(request);
}

worker.addEventListener('install', (event) => event.waitUntil(keepPage().then(() => worker.skipWaiting())));
worker.addEventListener('activate', (event) => event.waitUntil(forgetOld()));
worker.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== 'GET') return;
  if (pathname === PAGE || pathname.startsWith('/assets/')) event.respondWith(answered(event.request, pathname));
});

// Every push must show something (Safari ends the subscription otherwise), and it shows on a locked screen: no names.
worker.addEventListener('push', (event) => {
  const { title, body } = (event.data?.json() ?? {}) as { title?: string; body?: string };
  event.waitUntil(worker.registration.showNotification(title ?? 'Estafette', { ...(body ? { body } : {}), tag: 'run' }));
});
worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(worker.clients.matchAll({ type: 'window' }).then(([open]) => open?.focus() ?? worker.clients.openWindow(PAGE)));
});
