'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const map = byId('map');
  const dialog = byId('card');
  const tools = byId('tools');

  // Cards: a click on the map opens the topic's card above the page.
  const open = (id) => {
    const inside = byId('t-' + id);
    if (!inside) return false;
    const copy = inside.cloneNode(true);
    copy.removeAttribute('id');
    const place = byId('card-inside');
    place.replaceChildren();
    const heading = document.createElement('h2');
    heading.id = 'card-title';
    heading.textContent = inside.dataset.title;
    place.append(heading, copy);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    return true;
  };
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#t-"]');
    if (link && (map?.contains(link) || dialog.contains(link)) && open(link.getAttribute('href').slice(3))) event.preventDefault();
    if (event.target === dialog) dialog.close();
  });

  // Search: cards that do not match are hidden, and nodes of the map fade.
  const search = byId('search');
  const found = byId('found');
  const nodes = map ? [...map.querySelectorAll('.node')] : [];
  const cards = [...document.querySelectorAll('details.card')];
  const look = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    const matching = new Set();
    for (const card of cards) {
      const hit = words.every((word) => card.textContent.toLowerCase().includes(word));
      card.hidden = !hit;
      if (hit) { count += 1; matching.add(card.dataset.topic); }
    }
    for (const phase of document.querySelectorAll('.phase')) phase.hidden = !phase.querySelector('details.card:not([hidden])');
    found.textContent = words.length ? count + (count === 1 ? ' topic' : ' topics') : '';
    light(words.length ? matching : null);
  };

  // Light: a topic with all it stands on and all that stands on it.
  const edges = map ? [...map.querySelectorAll('.edge')] : [];
  const before = new Map(), after = new Map();
  const push = (of, key, value) => of.has(key) ? of.get(key).push(value) : of.set(key, [value]);
  for (const edge of edges) {
    push(before, edge.dataset.to, edge.dataset.from);
    push(after, edge.dataset.from, edge.dataset.to);
  }
  const closure = (start, of, all) => {
    const stack = [start];
    while (stack.length) for (const next of of.get(stack.pop()) ?? []) if (!all.has(next)) { all.add(next); stack.push(next); }
    return all;
  };
  const light = (topics) => {
    if (!map) return;
    map.classList.toggle('lit', topics !== null);
    for (const node of nodes) node.classList.toggle('on', topics?.has(node.dataset.topic) ?? false);
    for (const edge of edges) edge.classList.toggle('on', (topics?.has(edge.dataset.from) && topics.has(edge.dataset.to)) ?? false);
  };
  const around = (node) => light(closure(node.dataset.topic, before, closure(node.dataset.topic, after, new Set([node.dataset.topic]))));
  const rest = () => search.value.trim() ? look() : light(null);
  for (const node of nodes) {
    node.addEventListener('mouseenter', () => around(node));
    node.addEventListener('mouseleave', rest);
    node.addEventListener('focus', () => around(node));
    node.addEventListener('blur', rest);
  }

  // Zoom: the picture keeps its shape; dragging moves it, as scrolling does.
  const picture = map?.querySelector('svg');
  if (picture) {
    const width = picture.viewBox.baseVal.width, height = picture.viewBox.baseVal.height;
    let scale = 1;
    const zoom = (to, x = map.clientWidth / 2, y = map.clientHeight / 2) => {
      const next = Math.min(3, Math.max(.15, to));
      const left = (map.scrollLeft + x) / scale, top = (map.scrollTop + y) / scale;
      scale = next;
      picture.setAttribute('width', width * scale);
      picture.setAttribute('height', height * scale);
      map.scrollLeft = left * scale - x;
      map.scrollTop = top * scale - y;
    };
    const whole = () => Math.max(.15, Math.min(1, map.clientWidth / width));
    const fit = () => zoom(whole(), 0, 0);
    byId('closer').addEventListener('click', () => zoom(scale * 1.3));
    byId('farther').addEventListener('click', () => zoom(scale / 1.3));
    byId('fit').addEventListener('click', fit);
    byId('to-next')?.addEventListener('click', () => {
      const node = map.querySelector('.node.now');
      if (!node) return;
      zoom(1);
      node.scrollIntoView({ block: 'center', inline: 'center' });
      node.focus();
    });
    map.addEventListener('wheel', (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = map.getBoundingClientRect();
      zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });
    // On a small screen the whole would be too small to read.
    zoom(Math.max(.7, whole()), 0, 0);
    let from = null;
    map.addEventListener('pointerdown', (event) => {
      if (event.pointerType !== 'mouse' || event.button !== 0 || event.target.closest('a')) return;
      from = { x: event.clientX + map.scrollLeft, y: event.clientY + map.scrollTop };
    });
    window.addEventListener('pointermove', (event) => {
      if (!from) return;
      map.scrollLeft = from.x - event.clientX;
      map.scrollTop = from.y - event.clientY;
    });
    window.addEventListener('pointerup', () => { from = null; });
  }

  tools.hidden = false;
  search.closest('[hidden]')?.removeAttribute('hidden');
  search.addEventListener('input', look);
})();
