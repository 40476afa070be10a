/**
 * The course without the command line around it, for those who work on it:
 * `node --import tsx lessons/app/main.tsx [LESSON] [en|zh]`
 * @module
 */
import {startCourse} from './app.tsx';

const words = process.argv.slice(2);
const language = words.find(word => word === 'en' || word === 'zh');
const lesson = words.find(word => word !== language);
process.exit(await startCourse({lesson, language}));
