// Opens a report page in headless Chromium and looks at it as a reader does.
//
//   node check.mjs PAGE HOSTILE SCREENSHOTS|-
//
// PAGE is the report of a learner, HOSTILE one whose every text is an attack. Prints what failed and exits 1,
// or `ok`.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const [page, hostile, pictures] = process.argv.slice(2);
const browserAt = process.env.ROADMAP_TEST_CHROMIUM ?? '/usr/bin/chromium';
const failures = [];
const expect = (what, holds) => { if (!holds) failures.push(what); };

const browser = await chromium.launch({
  executablePath: browserAt,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: false, ...options });
  const tab = await context.newPage();
  const url = pathToFileURL(file).href;
  const noise = [];
  tab.on('console', (message) => { if (['error', 'warning'].includes(message.type())) noise.push(message.text()); });
  tab.on('pageerror', (error) => noise.push(String(error)));
  tab.on('request', (request) => { if (request.url().split('#')[0] !== url) noise.push('request ' + request.url()); });
  tab.on('dialog', (dialog) => { noise.push('dialog ' + dialog.message()); dialog.dismiss(); });
  await tab.goto(url);
  return { tab, noise, context };
}

// The page as it is.
{
  const { tab, noise, context } = await open(page);
  expect('the map has boxes and lines', await tab.locator('#map .node').count() > 100 && await tab.locator('#map .edge').count() > 200);
  expect('one box is next', await tab.locator('#map .node.now').count() === 1);
  expect('every box leads to a card', await tab.evaluate(() => [...document.querySelectorAll('#map .node')].every((node) => document.getElementById(node.getAttribute('href').slice(1)))));

  await tab.fill('#search', 'backpropagation gradients');
  const hits = await tab.locator('details.card:not([hidden])').count();
  expect(`search narrows the cards (${hits} left)`, hits >= 1 && hits < 40);
  expect('search says how many', (await tab.locator('#found').textContent()).startsWith(String(hits) + ' topic'));
  expect('search lights the map', await tab.locator('#map.lit .node.on').count() === hits);
  await tab.fill('#search', '');
  expect('an empty search shows all', await tab.locator('details.card[hidden]').count() === 0);

  const node = tab.locator('#map .node[data-topic="backpropagation"]');
  await node.hover();
  const lit = await tab.locator('#map .node.on').count();
  expect(`hover lights what it stands on and what stands on it (${lit})`, lit > 10 && lit < 188);
  await node.click();
  expect('a click opens the card', await tab.locator('dialog[open] h2').textContent() === 'Backpropagation');
  const links = await tab.locator('dialog[open] a[href^="http"]').evaluateAll((all) => all.map((link) => link.rel));
  expect('links outside are safe', links.length > 0 && links.every((rel) => rel === 'noopener noreferrer'));
  await tab.locator('dialog[open] a[href^="#t-"]').first().click();
  expect('a link in a card opens that card', await tab.locator('dialog[open] h2').textContent() !== 'Backpropagation');
  await tab.keyboard.press('Escape');
  expect('Escape closes the card', await tab.locator('dialog[open]').count() === 0);
  await node.focus();
  await tab.keyboard.press('Enter');
  expect('Enter opens the card', await tab.locator('dialog[open]').count() === 1);
  await tab.keyboard.press('Escape');
  const before = await tab.locator('#map svg').getAttribute('width');
  await tab.click('#closer');
  expect('closer is larger', Number(await tab.locator('#map svg').getAttribute('width')) > Number(before));
  await tab.click('#to-next');
  expect('the next topic comes into sight', await tab.locator('#map .node.now').isVisible());
  expect('nothing was loaded, nothing went wrong: ' + noise.join('; '), noise.length === 0);
  await context.close();
}

// Accessibility, in the light and in the dark. axe is put in by the tester, past the page's policy.
for (const colorScheme of ['light', 'dark']) {
  const { tab, context } = await open(page, { colorScheme, bypassCSP: true });
  await tab.evaluate(axe);
  for (const card of await tab.locator('details.card').all().then((all) => all.slice(0, 3))) await card.evaluate((details) => { details.open = true; });
  const result = await tab.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }));
  const serious = result.violations.filter((found) => ['serious', 'critical'].includes(found.impact));
  for (const found of serious) failures.push(`${colorScheme}: ${found.id}: ${found.help} (${found.nodes.length}: ${found.nodes[0].html.slice(0, 160)})`);
  await context.close();
}

// Small screens: nothing makes the page itself wider than the screen.
for (const width of [800, 390]) {
  const { tab, context } = await open(page, { viewport: { width, height: 800 } });
  const over = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(`at ${width} pixels the page is ${over} too wide`, over <= 0);
  await context.close();
}

// Without JavaScript it reads.
{
  const { tab, context } = await open(page, { javaScriptEnabled: false });
  expect('without script the tools are hidden', !(await tab.locator('#tools').isVisible()));
  expect('without script the map is there', await tab.locator('#map .node').first().isVisible());
  await context.close();
}

// Hostile texts stay texts.
{
  const { tab, noise, context } = await open(hostile);
  expect('no script of a curriculum ran', await tab.evaluate(() => globalThis.attacked === undefined && document.querySelectorAll('script').length === 1));
  expect('no element came out of a text', await tab.locator('main img, main iframe, main object, main [onclick], main [onerror], main [onload]').count() === 0);
  expect('no link but http and https and places of the page', await tab.evaluate(() => [...document.querySelectorAll('a')].every((link) => /^(https?:|#)/.test(link.getAttribute('href')))));
  await tab.locator('#map .node').first().click();
  expect('its cards open too', await tab.locator('dialog[open]').count() === 1);
  expect('hostile, yet quiet: ' + noise.join('; '), noise.length === 0);
  await context.close();
}

if (pictures && pictures !== '-') {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [1440, 800, 390]) {
      const { tab, context } = await open(page, { colorScheme, viewport: { width, height: 900 } });
      await tab.screenshot({ path: `${pictures}/report-${colorScheme}-${width}.png`, fullPage: width === 1440 ? false : false });
      await tab.locator('#h-progress').scrollIntoViewIfNeeded();
      await tab.evaluate(() => document.getElementById('h-progress').scrollIntoView());
      await tab.screenshot({ path: `${pictures}/progress-${colorScheme}-${width}.png` });
      await tab.evaluate(() => document.getElementById('h-map').scrollIntoView());
      await tab.screenshot({ path: `${pictures}/map-${colorScheme}-${width}.png` });
      await tab.locator('#map .node[data-topic="backpropagation"]').click();
      await tab.screenshot({ path: `${pictures}/card-${colorScheme}-${width}.png` });
      await context.close();
    }
  }
}

await browser.close();
if (failures.length) {
  for (const failure of failures) console.log('failed: ' + failure);
  process.exit(1);
}
console.log('ok');
