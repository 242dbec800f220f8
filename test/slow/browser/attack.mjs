/**
 * What an attacker's page does to an emulator, each until the browser has done with it; runs in a browser.
 * @param {string} base the origin of the emulator
 * @param {string | null} signed a URL that any page may read
 * @returns {Promise<string[]>} what it could read
 */
export async function attack(base, signed) {
  const read = [];
  // A frame that gets a download or a 204 fires no event.
  const late = () => new Promise((resolve) => setTimeout(resolve, 1_000));
  const done = (element) => {
    const ended = new Promise((resolve) => {
      element.onload = element.onerror = () => resolve();
    });
    document.body.append(element);
    return Promise.race([ended, late()]);
  };
  const asked = async (path, options = {}) => {
    try {
      const response = await fetch(base + path, options);
      const text = await response.text();
      if (response.type !== 'opaque' || text !== '') read.push(`${options.method ?? 'GET'} ${path}: ${text}`);
    } catch {
      // The browser does not allow the page to read it.
    }
  };
  const made = (name, fields) => Object.assign(document.createElement(name), fields);
  const submit = async (path, method) => {
    const frame = made('iframe', { name: `frame${document.querySelectorAll('iframe').length}` });
    await done(frame);
    const form = made('form', { action: base + path, method, target: frame.name });
    const loaded = new Promise((resolve) => {
      frame.onload = () => resolve();
    });
    document.body.append(form);
    form.submit();
    await Promise.race([loaded, late()]);
  };
  const changes = ['/v2/acts/shop/runs', '/v2/datasets?name=made', '/_emulator/fail-next', '/_emulator/reset'];
  const reads = [
    '/v2/datasets/box/items',
    '/v2/key-value-stores/shelf/records/note',
    '/v2/key-value-stores/shelf/records/script',
    '/_emulator/requests',
    '/_emulator/openapi.json',
  ];
  for (const path of reads) {
    await asked(path);
    await asked(path, { mode: 'no-cors' });
    await asked(path, { headers: { authorization: 'Bearer any' } });
    await asked(`${path}?token=any`, { credentials: 'include' });
  }
  for (const path of changes) {
    await asked(path, { method: 'POST' });
    await asked(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer any' },
      body: '{}',
    });
    await asked(path, { method: 'POST', mode: 'no-cors', body: '{}' });
    await asked(path, { method: 'POST', mode: 'no-cors', referrerPolicy: 'no-referrer', body: '{}' });
    await asked(`${path}${path.includes('?') ? '&' : '?'}method=POST`, { mode: 'no-cors', referrerPolicy: 'no-referrer' });
    navigator.sendBeacon(base + path, '{}');
    await submit(path, 'POST');
  }
  const page = `<script>fetch('/v2/acts/shop/runs',{method:'POST'})</script>`;
  await asked('/v2/key-value-stores/shelf/records/page', { method: 'PUT', headers: { 'content-type': 'text/html' }, body: page });
  await asked('/v2/datasets/box', { method: 'DELETE' });
  for (const path of ['/v2/datasets/box?method=DELETE', '/v2/acts/shop/run-sync', '/_emulator/reset?method=POST']) {
    await done(made('img', { src: base + path, referrerPolicy: 'no-referrer' }));
    await done(made('iframe', { src: base + path, referrerPolicy: 'no-referrer' }));
    await done(made('link', { rel: 'stylesheet', href: base + path }));
    await submit(path, 'GET');
  }
  for (const key of ['script', 'html', 'svg', 'xhtml']) {
    const src = `${base}/v2/key-value-stores/shelf/records/${key}`;
    await done(made('script', { src }));
    await done(made('iframe', { src }));
  }
  const sandboxed = `<script>fetch('${base}/v2/acts/shop/runs',{method:'POST',mode:'no-cors'}).then(()=>parent.postMessage('sent','*'),()=>parent.postMessage('kept','*'))</script>`;
  const told = new Promise((resolve) => {
    window.onmessage = resolve;
  });
  const frame = made('iframe', { srcdoc: sandboxed });
  frame.setAttribute('sandbox', 'allow-scripts');
  document.body.append(frame);
  await told;
  if ('stolen' in window) read.push(`a script: ${String(window.stolen)}`);
  if (signed !== null) {
    const response = await fetch(signed);
    read.push(`signed: ${await response.text()}`);
  }
  return read;
}
