#!/bin/bash
# The job scripts of docs/examples under Slurm itself: daemons of its own on this machine, in a folder that goes
# away with them (Debian: slurmctld slurmd slurm-client munge).
. "${0%/*}/kit.bash"

for tool in slurmctld slurmd sbatch munged; do
  command -v $tool >found || { echo "skipped: no $tool"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: slurmd wants root"; exit 0; }
need_mpi
daemons=()
# shellcheck disable=SC2317
end() {
  [ ${#daemons[@]} -eq 0 ] || kill "${daemons[@]}" 2>left
  wait
  rm -rf "$work"
}
trap end EXIT

host=$(hostname -s) port=$((20000 + $$ % 20000))
head -c 1024 /dev/urandom >munge.key; chmod 600 munge.key
cat >slurm.conf <<CONF
ClusterName=evenscore
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthInfo=socket=$work/munge.socket
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000
SlurmdParameters=config_overrides
ReturnToService=2
MailProg=/bin/true
NodeName=$host NodeAddr=127.0.0.1 CPUs=8 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
CONF
mkdir state spool
export SLURM_CONF=$work/slurm.conf
munged --foreground --force --key-file="$work/munge.key" --socket="$work/munge.socket" --pid-file="$work/munged.pid" \
  --seed-file="$work/munged.seed" --log-file="$work/munged.log" >munged.out 2>&1 & daemons+=($!)
for _ in {1..50}; do [ -S munge.socket ] && break; sleep 0.1; done
slurmctld -D -L "$work/slurmctld.log" >slurmctld.out 2>&1 & daemons+=($!)
slurmd -D -L "$work/slurmd.log" >slurmd.out 2>&1 & daemons+=($!)
for _ in {1..100}; do sinfo -h -o %T 2>sinfo.err | grep -q idle && break; sleep 0.2; done
sinfo -h -o %T 2>sinfo.err | grep -q idle ||
  { echo "skipped: Slurm's daemons do not run here: $(tail -qn 1 slurmctld.log slurmd.log | tr '\n' ' ')"; exit 0; }

study=(--people 20000 --train 2000 --bootstrap 20)
run_to table run "${study[@]}" -o whole.json
submitted() { # PROGRAM SCRIPT
  EVENSCORE=$1 timeout 120 sbatch --wait "$root/docs/examples/$2" "${study[@]}" >out 2>&1 ||
    fail "$2: $(tail -n 5 out slurm-*.out ./*.log)"
}
submitted "$es" slurm-array.sh
run_to out merge shard-*.json -o merged.json
same whole.json merged.json slurm-array.sh
submitted "$mpi" slurm-mpi.sh
same whole.json results.json slurm-mpi.sh
[ "$(cat slurm-*.out | grep -c 'seed 2018')" -eq 1 ] || fail "slurm-mpi.sh: not rank 0 alone prints: $(cat slurm-*.out)"
