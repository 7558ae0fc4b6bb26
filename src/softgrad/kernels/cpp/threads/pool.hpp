// The threads that share a job. They are started when a job first needs them and then wait for the
// next one; how a job is divided changes nothing in its results.
#pragma once

#include "../jobs.hpp"

namespace softgrad {

// How many threads a large job may use: what was set, else OMP_NUM_THREADS (not above
// OMP_THREAD_LIMIT), else the processors that this process may run on.
int thread_count();

// A number >= 1, or 0 to forget what was set.
void set_thread_count(int count);

// Runs all rows of a job. A second job at the same time, from another thread, runs on the thread
// that asked for it. `threads_used` is set to the number of threads that were offered the job.
Outcome run_in_parallel(const KernelTable& kernels, const Job& job, int& threads_used);

// Threads do not survive a fork: makes the child start its own. To be called once.
void survive_forks();

}  // namespace softgrad
