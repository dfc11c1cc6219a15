// The page of one's own account: an entry of its own, without a kit.

import './account/account.css';
import { App } from './account/app';

const root = document.getElementById('account');
if (root) new App(root).begin();
