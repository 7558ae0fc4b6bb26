#include "pool.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace softgrad {

// Waking a thread costs tens of microseconds: less work than this is done alone.
static constexpr std::int64_t worthwhile_entries = 32768;
// What a thread takes at a time: enough to make taking it free, little enough to end together.
static std::int64_t entries_of_a_part(std::int64_t entries, int threads) {
    constexpr std::int64_t least = 16384, most = 65536, parts_for_a_thread = 16;
    return std::clamp(entries / (parts_for_a_thread * threads), least, most);
}

static void pause() {
#if defined(__x86_64__)
    _mm_pause();
#else
    std::this_thread::yield();
#endif
}

namespace {

// One job being divided. It lives on the stack of the thread that asked for it.
struct Division {
    std::int64_t parts;
    const std::function<Outcome(std::int64_t)>& run;
    std::atomic<std::int64_t> next{0};
    std::atomic<Outcome> outcome{Outcome::done};

    void work() {
        for (;;) {
            const std::int64_t part = next.fetch_add(1);
            if (part >= parts) return;
            const Outcome found = run(part);
            if (found != Outcome::done) {
                outcome = found;
                next = parts;
                return;
            }
        }
    }
};

class Pool {
public:
    // False if another job has the pool.
    bool run(Division& division, int threads) {
        const std::unique_lock<std::mutex> alone(one_at_a_time_, std::try_to_lock);
        if (!alone) return false;
        start_workers(threads - 1);
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            division_ = &division;
            wanted_ = std::min(threads - 1, workers_);
            working_.store(wanted_);
            round_.fetch_add(1);
        }
        wake_.notify_all();
        division.work();
        wait_for_workers();
        return true;
    }

private:
    // As many as there can be: fewer do the same work.
    void start_workers(int count) {
        try {
            for (; workers_ < count; ++workers_) {
                std::thread(&Pool::serve, this, workers_, round_.load()).detach();
            }
        } catch (const std::system_error&) {
        }
    }

    void wait_for_workers() {
        for (int spin = 0; spin < 4000; ++spin) {
            if (working_.load(std::memory_order_acquire) == 0) return;
            pause();
        }
        std::unique_lock<std::mutex> lock(mutex_);
        finished_.wait(lock, [this] { return working_.load() == 0; });
    }

    // Worker `number`, which has seen the rounds up to `seen`.
    [[noreturn]] void serve(int number, std::uint64_t seen) {
        for (;;) {
            for (int spin = 0; spin < 2000 && round_.load() == seen; ++spin) pause();
            Division* division;
            bool wanted;
            {
                std::unique_lock<std::mutex> lock(mutex_);
                wake_.wait(lock, [&] { return round_.load() != seen; });
                seen = round_.load();
                division = division_;
                wanted = number < wanted_;
            }
            if (!wanted) continue;
            division->work();
            if (working_.fetch_sub(1) == 1) {
                const std::lock_guard<std::mutex> lock(mutex_);
                finished_.notify_one();
            }
        }
    }

    std::mutex one_at_a_time_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable finished_;
    std::atomic<std::uint64_t> round_{0};
    std::atomic<int> working_{0};
    Division* division_ = nullptr;
    int wanted_ = 0;
    int workers_ = 0;
};

// Never destroyed: its threads wait in it until the process ends.
Pool* pool = new Pool;

}  // namespace

void survive_forks() {
#if defined(__unix__) || defined(__APPLE__)
    pthread_atfork(nullptr, nullptr, [] { pool = new Pool; });
#endif
}

// All parts, by so many threads; by one where another job has the pool.
static Outcome divide(std::int64_t parts, const std::function<Outcome(std::int64_t)>& run,
                      int& threads) {
    Division division{parts, run};
    if (threads <= 1 || !pool->run(division, threads)) {
        threads = 1;
        division.work();
    }
    return division.outcome;
}

// One row by all threads: what they raise, one of them joins before they write.
static Outcome run_shared_row(const KernelTable& kernels, const Job& job, const SharedRow& shared,
                              std::int64_t row, int& threads) {
    constexpr std::int64_t blocks_of_a_part = 16;
    const std::int64_t parts = (shared.blocks + blocks_of_a_part - 1) / blocks_of_a_part;
    const std::unique_ptr<double[]> state(new (
        std::nothrow) double[static_cast<std::size_t>(shared.bytes_of_state) / sizeof(double)]);
    if (!state) return Outcome::out_of_memory;
    const auto run = [&](RowStep step) {
        return divide(
            parts,
            [&](std::int64_t part) {
                const std::int64_t first = part * blocks_of_a_part;
                const std::int64_t last = std::min(first + blocks_of_a_part, shared.blocks);
                const bool done = kernels.run_row_step(job, step, {row, first, last, state.get()});
                return done ? Outcome::done : Outcome::out_of_memory;
            },
            threads);
    };
    if (const Outcome raised = run(RowStep::raise); raised != Outcome::done) return raised;
    if (!kernels.run_row_step(job, RowStep::join, {row, 0, shared.blocks, state.get()})) {
        return kernels.run(job, row, row + 1);
    }
    return run(RowStep::write);
}

Outcome run_in_parallel(const KernelTable& kernels, const Job& job, int& threads_used) {
    const bool large = job.rows * job.classes >= worthwhile_entries;
    threads_used = large ? std::max(1, thread_count()) : 1;
    if (threads_used == 1) return kernels.run(job, 0, job.rows);

    // With fewer rows a thread the last of them would be waited for.
    constexpr std::int64_t rows_enough_for_a_thread = 8;
    if (job.rows < rows_enough_for_a_thread * threads_used) {
        const SharedRow shared = kernels.shared_row(job);
        Outcome outcome = Outcome::done;
        for (std::int64_t row = 0; shared.blocks && row < job.rows; ++row) {
            outcome = run_shared_row(kernels, job, shared, row, threads_used);
            if (outcome != Outcome::done) break;
        }
        if (shared.blocks) return outcome;
    }
    const std::int64_t tile = kernels.rows_of_a_tile(job);
    const std::int64_t entries_of_a_tile = std::max<std::int64_t>(1, tile * job.classes);
    const std::int64_t wanted = entries_of_a_part(job.rows * job.classes, threads_used);
    const std::int64_t tiles = std::max<std::int64_t>(1, wanted / entries_of_a_tile);
    const std::int64_t rows_of_a_part = tiles * tile;
    const std::int64_t parts = (job.rows + rows_of_a_part - 1) / rows_of_a_part;
    threads_used = static_cast<int>(std::min<std::int64_t>(threads_used, parts));
    if (threads_used <= 1) return kernels.run(job, 0, job.rows);
    return divide(
        parts,
        [&](std::int64_t part) {
            const std::int64_t begin = part * rows_of_a_part;
            return kernels.run(job, begin, std::min(begin + rows_of_a_part, job.rows));
        },
        threads_used);
}

}  // namespace softgrad
