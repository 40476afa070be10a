/**
 * What moves in an exported deck: keys, steps, notes. A browser without scripts shows all slides below one another.
 * @module
 */

/** The script. It asks nobody for anything: the deck works from a memory stick. */
export const script = `
'use strict';
const root = document.documentElement;
const slides = [...document.querySelectorAll('.slide')];
let now = 0;
let step = 0;

function show(slide, at) {
	now = Math.max(0, Math.min(slide, slides.length - 1));
	const last = Number(slides[now].dataset.last);
	step = Math.max(0, Math.min(at, last));
	for (const [index, each] of slides.entries()) {
		each.classList.toggle('now', index === now);
		for (const piece of each.querySelectorAll('[data-step]'))
			piece.classList.toggle('later', index === now && Number(piece.dataset.step) > step);
	}
	history.replaceState(null, '', '#' + (now + 1));
}
function next() {
	if (step < Number(slides[now].dataset.last)) show(now, step + 1);
	else if (now < slides.length - 1) show(now + 1, 0);
}
function back() {
	if (now > 0) show(now - 1, Infinity);
}
/* As large as it fits: a short text can be read from the last row, a long one is made smaller, and cut only where it
   could not be read any more. */
function fit() {
	for (const slide of slides) {
		const face = slide.querySelector('.face');
		const isCut = () =>
			face.scrollHeight > face.clientHeight || face.scrollWidth > face.clientWidth ||
			[...face.querySelectorAll('pre')].some(pre => pre.scrollWidth > pre.clientWidth);
		face.style.fontSize = '33px';
		for (let size = 33; size > 14 && isCut(); size--) face.style.fontSize = size - 1 + 'px';
		slide.classList.toggle('cut', isCut());
	}
}
function scale() {
	root.style.setProperty('--scale', Math.min(innerWidth / 1280, innerHeight / 720));
}
const keys = {
	ArrowRight: next, ArrowDown: next, PageDown: next, ' ': next, Enter: next,
	ArrowLeft: back, ArrowUp: back, PageUp: back,
	Home: () => show(0, 0),
	End: () => show(slides.length - 1, 0),
	s: () => root.classList.toggle('noted'),
	b: () => root.classList.toggle('black'),
	f: () => (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen()),
};
addEventListener('keydown', event => {
	if (event.ctrlKey || event.altKey || event.metaKey || !Object.hasOwn(keys, event.key)) return;
	event.preventDefault();
	keys[event.key]();
});
addEventListener('click', event => {
	if (event.target.closest('a, .notes')) return;
	if (event.clientX < innerWidth / 4) back();
	else next();
});
addEventListener('hashchange', () => show(Number(location.hash.slice(1)) - 1 || 0, 0));
addEventListener('resize', scale);
root.classList.add('shown');
scale();
fit();
show(Number(location.hash.slice(1)) - 1 || 0, 0);
`;
