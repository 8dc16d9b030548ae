from time import perf_counter
import hub.workflow.absorb as a
import hub.graph.timeline as tl
import tests.ingest.builders as b
from tests.ingest.builders import *
from hub.workflow.absorb import Timings
N=20000
def nk(i): return f"3320{1+i//1000:02}0101909{i%1000:03}"
def fam(i): return f"3320{1+i//1000:02}0202209{i%1000:03}"
async def test_time(desk):
    orig=tl.Fold.run
    acc=[]
    async def run(self, st):
        t=perf_counter(); r=await orig(self, st); acc.append((perf_counter()-t, st[:70].replace("\n"," "))); return r
    tl.Fold.run=run
    async def go(source, rows, on):
        T=Timings(); b.Timings=lambda: T
        acc.clear()
        f=b.faults
        tt=[0]
        async def ff(c):
            t=perf_counter(); r=await f(c); tt[0]=perf_counter()-t; return r
        b.faults=ff
        t=perf_counter(); c=await desk.absorb(source, rows, on); 
        b.faults=f
        print("\nRUN",source,on,round(perf_counter()-t,1),"faults",round(tt[0],2),{k:round(v,2) for k,v in T.seconds.items()}, c)
        for x in sorted(acc,reverse=True)[:6]: print("   ",round(x[0],2),x[1])
    def bp(m,off=0): return [said(f"{m}|{i}","BUDI SANTOSO",nk(i),kk=fam(i//3*3),scope=month(m),area=KEDUNG+10000*(i%16)).enrolled("BPNT",month(m)).paid("BPNT",month(m)) for i in range(off,N)]
    def dk(rt): return [said(f"d{i}","BUDI SANTOSO",nk(i),kk=fam(i//3*3),relation=str(1+i%3),address=f"JL MELATI NO {i//3}",rt="1",rw=rt if i%10==0 else "1",area=KEDUNG+10000*(i%16)) for i in range(N)]
    await go("bpnt",bp(1),"2026-01-10")
    await go("dukcapil",dk("1"),"2026-01-11")
    await go("bpnt",bp(2,100),"2026-02-10")
    await go("dukcapil",dk("2"),"2026-02-11")
    await go("dukcapil",dk("2"),"2026-02-12")
    from hub.graph.enrollments import LEFT_OUT
    for q in [LEFT_OUT]:
        print("\n".join(await desk.column("explain (analyze, costs off) "+q.replace(":source", str(desk.sources["bpnt"])))))
