import {createPlayer} from '#lessons/player';
import {loadLesson, courseDirectory} from '#lessons/course';
import {openProgress} from '#lessons/progress';
import {createSandbox} from '#sandbox/providers';
const sandbox = await createSandbox('local', {shares:[courseDirectory()]});
const p = createPlayer({loaded: await loadLesson('01-process'), sandbox, progress: openProgress('/tmp/prov/state'), language:'en', exercises:{state:'/tmp/prov/state'}});
let last='';
p.subscribe(()=>{const s=p.getState(); const line=[s.anchor,s.status,s.phase??'',s.sandbox.state,s.before?'b':'',s.diagnosis??'',s.message??'',s.prediction?JSON.stringify({...s.prediction,output:s.prediction.output?.slice(0,60)}):'',s.exercise?JSON.stringify(s.exercise):'', s.shellExitCode??''].join(' | '); if(line!==last){last=line;console.log(line);}});
const until = async (f:()=>boolean,ms=15000)=>{const t=Date.now();while(!f()){if(Date.now()-t>ms){console.log('TIMEOUT',p.getState().anchor);return;}await new Promise(r=>setTimeout(r,20));}};
const s=()=>p.getState();
await until(()=>s().before!==undefined);
for(;;){
  const st=s();
  await until(()=>s().before!==undefined);
  if(st.step.kind==='predict'){ await p.predict(st.step.answers.findIndex(a=>a.right)); }
  else if(st.step.kind==='do'){ await p.showMe(); await until(()=>s().status==='done',8000); }
  else if(st.step.kind==='break'){ await p.showMe(); await until(()=>s().status==='done',8000); p.next(); await until(()=>s().before!==undefined&&s().phase==='fixed'); await p.showMe(); await until(()=>s().status==='done',8000);}
  else if(st.step.kind==='code'){ await until(()=>s().status!=='checking'); }
  p.next();
  if(s().summary){console.log(JSON.stringify({...s().summary,wrong:s().summary!.wrong.map(w=>w.text)}));break;}
}
await p.close(); await sandbox.destroy();
