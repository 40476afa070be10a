import {test} from 'node:test';
import {isRestored, needsTmux, openTerminal} from './testing.ts';

/** It ends by `q`, and by any other key lends its terminal to a program that Ctrl-C ends. */
const performance = `
	import {spawn} from "node:child_process";
	import {once} from "node:events";
	import {Text} from "ink";
	import {createElement} from "react";
	import {takeScreen} from "${import.meta.dirname}/take-screen.tsx";
	const ended = Promise.withResolvers();
	const other = "trap \\"echo told; exit\\" INT; echo lent; while :; do sleep 0.05; done";
	const screen = takeScreen({
		screen: createElement(Text, null, "the play"),
		resize: () => {},
		hasShellFocus: () => false,
		typeIntoShell: () => {},
		press: key => {
			if (key === "q") ended.resolve(7);
			else screen.lend(() => once(spawn("sh", ["-c", other], {stdio: "inherit"}), "exit"));
		},
		close: async () => {},
		ended,
	});
	process.exitCode = await screen.ended;
`;

test('takeScreen() lends the terminal, and Ctrl-C with it', needsTmux, async () => {
	const program = `'${process.execPath}' --import tsx --input-type=module --eval '${performance}'`;
	const terminal = openTerminal(80, 24, program);
	try {
		await terminal.shows(/the play/);
		terminal.send('e');
		await terminal.shows(/lent/);
		terminal.send('C-c');
		await terminal.shows(/the play/);
		terminal.send('q');
		await isRestored(terminal);
		await terminal.shows(/lent\s+\^Ctold[\s\S]*exit code 7/);
	} finally {
		terminal.close();
	}
});
