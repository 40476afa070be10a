/**
 * Times as docker tells them: "About a minute ago".
 * @module
 */

/** How long ago a moment was, in words. @param moment ISO 8601. */
export function agoText(moment: string): string {
	return `${durationText(moment)} ago`;
}

/** How long it has been since a moment, in words. */
export function durationText(moment: string, now = Date.now()): string {
	const seconds = Math.max(0, Math.floor((now - Date.parse(moment)) / 1000));
	const minutes = Math.floor(seconds / 60);
	const hours = Math.round(seconds / 3600);
	if (seconds < 1) return 'Less than a second';
	if (seconds === 1) return '1 second';
	if (seconds < 60) return `${seconds} seconds`;
	if (minutes === 1) return 'About a minute';
	if (minutes < 60) return `${minutes} minutes`;
	if (hours === 1) return 'About an hour';
	if (hours < 48) return `${hours} hours`;
	if (hours < 24 * 14) return `${Math.floor(hours / 24)} days`;
	if (hours < 24 * 60) return `${Math.floor(hours / 24 / 7)} weeks`;
	if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
	return `${Math.floor(hours / 24 / 365)} years`;
}
