// The driver's page: an entry of its own, without a kit.

import './driver/driver.css';
import { App } from './driver/app';

interface Trusting { trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string } } }

const WORKER = '/driver/worker.js';

/** Keep the page for when there is no signal; browsers allow it over HTTPS alone. */
async function install(): Promise<void> {
  const trusted = (window as Trusting).trustedTypes?.createPolicy('worker', { createScriptURL: () => WORKER }).createScriptURL(WORKER);
  await navigator.serviceWorker.register(trusted ?? WORKER, { scope: '/driver' });
}

const root = document.getElementById('driver');
if (root) void new App(root).begin();
if ('serviceWorker' in navigator) install().catch(() => undefined);
