#!/bin/bash
# One run over the ranks of a job (make MPI=1):  sbatch slurm-mpi.sh --people 1412000000
#SBATCH --job-name=evenscore
#SBATCH --ntasks=4
#SBATCH --cpus-per-task=2
#SBATCH --time=00:30:00
exec mpirun ${MPIRUN_FLAGS:-} -n "${SLURM_NTASKS:-4}" "${EVENSCORE:-evenscore}" run "$@" \
  --threads "${SLURM_CPUS_PER_TASK:-1}" -o results.json
