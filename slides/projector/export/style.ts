/**
 * How an exported deck looks. A slide is a page of 1280×720; the screen scales it, the printer takes it as it is.
 * @module
 */

export const PAGE = {width: 1280, height: 720} as const;

/** The style sheet, on screen and on paper. */
export const style = `
@page { size: ${PAGE.width}px ${PAGE.height}px; margin: 0 }
* { box-sizing: border-box; margin: 0; padding: 0 }
:root { --ink: #1c2733; --faint: #66747f; --accent: #0b7285; --paper: #fdfcf9; --code: #f0eee7; --dark: #18212b }
html { font-family: "Noto Sans", "Source Sans 3", system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei",
	"WenQuanYi Zen Hei", sans-serif; color: var(--ink); background: var(--paper); print-color-adjust: exact;
	-webkit-print-color-adjust: exact }
html:lang(zh) { font-family: "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei",
	"WenQuanYi Zen Hei", sans-serif }
pre, code { font-family: "DejaVu Sans Mono", "Noto Sans Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace;
	font-variant-ligatures: none }
.slide { position: relative; width: ${PAGE.width}px; height: ${PAGE.height}px; overflow: hidden; background: var(--paper);
	break-after: page; break-inside: avoid }
.slide:last-of-type { break-after: auto }
.face { position: absolute; inset: 48px 72px 56px; font-size: 27px; line-height: 1.45; overflow: hidden }
.opening .face { display: flex; flex-direction: column; justify-content: center; text-align: center; padding-bottom: 60px }
h1 { font-size: 60px; line-height: 1.2; margin-bottom: 28px; color: var(--accent) }
h2 { font-size: 40px; line-height: 1.2; margin-bottom: 28px; color: var(--accent) }
h3 { font-size: 1em }
p, ul, ol, table, pre, blockquote, figure { margin-bottom: .7em }
ul, ol { padding-left: 1.3em }
li { margin-bottom: .2em }
p, li { text-wrap: pretty }
.opening p { text-wrap: balance }
li::marker { color: var(--faint) }
.item { margin: 0 } .item > ul, .item > ol { margin-bottom: .2em }
code { font-size: .85em; background: var(--code); border-radius: .2em; padding: .05em .3em; white-space: nowrap }
pre { font-size: .78em; line-height: 1.16; background: var(--code); border-radius: .4em; padding: .6em .8em; overflow: hidden;
	white-space: pre }
.wide { display: inline-block; width: 2ch; text-align: center; overflow: visible; white-space: nowrap }
table { border-collapse: collapse }
th { text-align: left; color: var(--faint); font-weight: 600; border-bottom: 2px solid var(--faint) }
th, td { padding: .15em 1.6em .15em 0; white-space: nowrap }
blockquote { border-left: 4px solid var(--faint); padding-left: .8em }
a { color: var(--accent) }
figure.run pre { margin: 0 }
figure.run .output { background: var(--dark); color: #dfe6ec; border-radius: 0 0 .4em .4em; font-size: .7em }
figure.run .output + figcaption, figure.run .code + figcaption { font-size: .62em; color: var(--faint); text-align: right; margin-top: .35em }
figure.run.recorded .code { border-radius: .4em .4em 0 0 }
.number { position: absolute; right: 72px; bottom: 20px; font-size: 15px; color: var(--faint) }
.notes { display: none }
.bold { font-weight: 700 } .dim { opacity: .65 } .italic { font-style: italic } .underline { text-decoration: underline }
.strike { text-decoration: line-through } .inverse { filter: invert(1) }
.color-1 { color: #c92a2a } .color-2 { color: #2b7a3d } .color-3 { color: #9a5b00 } .color-4 { color: #1864ab }
.color-5 { color: #862e9c } .color-6 { color: #0b7285 } .color-8 { color: #66747f } .color-9 { color: #e03131 }
.color-10 { color: #2f9e44 } .color-11 { color: #e67700 } .color-12 { color: #1c7ed6 } .color-13 { color: #ae3ec9 }
.color-14 { color: #1098ad }
.output .color-1, .output .color-9 { color: #ff8787 } .output .color-2, .output .color-10 { color: #8ce99a }
.output .color-3, .output .color-11 { color: #ffd43b } .output .color-4, .output .color-12 { color: #74c0fc }
.output .color-5, .output .color-13 { color: #e599f7 } .output .color-6, .output .color-14 { color: #66d9e8 }
.output .color-0 { color: #868e96 }
.back-1 { background: #c92a2a } .back-2 { background: #2b8a3e } .back-3 { background: #e67700 } .back-4 { background: #1864ab }
.back-5 { background: #862e9c } .back-6 { background: #0b7285 } .back-7 { background: #ced4da }
@media screen {
	html { background: #10161d }
	.slide { margin: 0 auto 24px }
	.shown { overflow: hidden; height: 100vh }
	.shown .slide { position: fixed; left: 50%; top: 50%; margin: 0; visibility: hidden;
		transform: translate(-50%, -50%) scale(var(--scale, 1)) }
	.shown .slide.now { visibility: visible }
	.shown .later { visibility: hidden }
	.shown.black .slide { visibility: hidden }
	.noted .slide.now .notes { display: block; position: absolute; inset: auto 0 0; max-height: 55%; overflow: auto;
		background: #fff3bf; color: var(--ink); padding: 24px 72px; font-size: 21px; line-height: 1.45;
		border-top: 3px solid #e67700 }
	.bar { position: absolute; left: 0; bottom: 0; height: 4px; background: var(--accent) }
}
@media print { .bar { display: none } .slide { position: relative } }
`;
