// What the server gives of one's own account (src/estafette/edge/web/own_account.py, passkeys.py).

import type { QrCode } from '../page/qr';

export interface User {
  email: string;
  name: string;
  role: 'admin' | 'dispatcher' | 'driver' | 'institution' | 'read_only';
  has_password: boolean;
  /** By an authenticator app. */
  second_factor: boolean;
}

export interface Me { user: User | null; must_enrol: boolean; recovery_codes: number }

export interface Passkey { passkey_id: number; name: string; created_at: string; used_at: string | null }

export interface LoginSession {
  session_id: number;
  agent: string;
  way: 'password' | 'link' | 'phone' | 'passkey' | 'openid';
  two_factors: boolean;
  created_at: string;
  used_at: string;
  current: boolean;
}

/** What can be set up here: both need settings of the server. */
export interface Ways { passkey: boolean; app: boolean }

export interface Offered { secret: string; address: string; qr: QrCode }

/** All that the page shows. */
export interface Facts { user: User; codes: number; passkeys: Passkey[]; sessions: LoginSession[]; ways: Ways }
