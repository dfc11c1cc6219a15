// Passkeys: what the browser and its authenticator do between two questions to the server.

/** Tell whether this browser can make and use passkeys; older ones are not asked. */
export function canUsePasskeys() {
  const known = window.PublicKeyCredential;
  return Boolean(known?.parseCreationOptionsFromJSON && known.parseRequestOptionsFromJSON);
}

/** Sign in by a passkey that its owner chooses. */
export async function signInByPasskey(send) {
  const options = await send('/api/v1/sign-in/passkey/begin');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const answered = await asked(() => navigator.credentials.get({ publicKey }));
  return send('/api/v1/sign-in/passkey', { credential: answered.toJSON() });
}

/** Make a passkey of who is signed in; gives it, with recovery codes if it is the first second factor. */
export async function makePasskey(send, { password, name }) {
  const options = await send('/api/v1/account/passkeys/begin', { password });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = await asked(() => navigator.credentials.create({ publicKey }));
  return send('/api/v1/account/passkeys', { name, credential: made.toJSON() });
}

/** Ask the authenticator; whoever says no, or has none, has not made a mistake of the program's. */
async function asked(ask) {
  try {
    return await ask();
  } catch (error) {
    throw Object.assign(new Error(error.message), { code: 'passkey_not_given' });
  }
}
