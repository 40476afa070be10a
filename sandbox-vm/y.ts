import {verifyLessons} from '#lessons/verify';

const t = Date.now();
console.log(await verifyLessons({lessons: process.argv.slice(2), write: t => process.stdout.write(t)}), Date.now() - t);
