// The institution's page: an entry of its own, without a kit.

import './institution/institution.css';
import { App } from './institution/app';

const root = document.getElementById('institution');
if (root) new App(root).begin();
