// How many threads there are to be.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "pool.hpp"

#if defined(__linux__)
#include <sched.h>
#endif

namespace softgrad {

static int number_in_environment(const char* variable) {
    const char* text = std::getenv(variable);
    const int number = text ? std::atoi(text) : 0;
    return number > 0 ? number : 0;
}

static int processors() {
#if defined(__linux__)
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
#endif
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

static int default_thread_count() {
    const int wanted = number_in_environment("OMP_NUM_THREADS");
    const int limit = number_in_environment("OMP_THREAD_LIMIT");
    const int count = wanted ? wanted : processors();
    return limit ? std::min(limit, count) : count;
}

static std::atomic<int> chosen_count{0};

int thread_count() {
    static const int by_default = default_thread_count();
    const int chosen = chosen_count.load(std::memory_order_relaxed);
    return chosen ? chosen : by_default;
}

void set_thread_count(int count) { chosen_count.store(count, std::memory_order_relaxed); }

}  // namespace softgrad
