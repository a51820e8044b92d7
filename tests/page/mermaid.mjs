// Draws Mermaid's documents by Mermaid itself, with its default settings, in headless Chromium.
//
//   node mermaid.mjs FILE...
//
// Prints a JSON list with what each picture has, in the order of the files, or the error instead.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const script = join(dirname(require.resolve('mermaid/package.json')), 'dist/mermaid.min.js');
const browser = await chromium.launch({
  executablePath: process.env.ROADMAP_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const tab = await browser.newPage();
tab.setDefaultTimeout(120000);
await tab.addScriptTag({ content: readFileSync(script, 'utf8') });
const seen = [];
for (const file of process.argv.slice(2)) {
  seen.push(await tab.evaluate(async (text) => {
    const { mermaid } = globalThis;
    mermaid.initialize({ startOnLoad: false });
    try {
      await mermaid.parse(text);
      const { svg } = await mermaid.render('picture', text);
      const holder = document.createElement('div');
      holder.innerHTML = svg;
      const count = (selector) => holder.querySelectorAll(selector).length;
      return {
        nodes: count('g.node'), edges: count('.edgePaths path'), clusters: count('g.cluster'),
        scripts: count('script, a, [onclick], img'), words: [...holder.querySelectorAll('g.node')].map((node) => node.textContent.trim()),
      };
    } catch (error) {
      return { error: String(error?.message ?? error) };
    }
  }, readFileSync(file, 'utf8')));
}
console.log(JSON.stringify(seen));
await browser.close();
