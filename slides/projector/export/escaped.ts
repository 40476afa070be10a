/** Text that a browser must not take for markup. @module */

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** The text as it stands in HTML, between tags or in an attribute's quotes. Control characters are left out. */
export function escaped(text: string): string {
	return text
		.replaceAll(/[&<>"']/g, character => ENTITIES[character]!)
		.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '');
}
