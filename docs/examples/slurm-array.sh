#!/bin/bash
# A country in four jobs, and then:  evenscore merge shard-*.json -o results.json
#   sbatch slurm-array.sh --people 1412000000
#SBATCH --job-name=evenscore
#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --time=00:30:00
exec "${EVENSCORE:-evenscore}" run "$@" --threads "${SLURM_CPUS_PER_TASK:-0}" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" -o "shard-$SLURM_ARRAY_TASK_ID.json"
