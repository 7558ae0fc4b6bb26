#include "calls.hpp"

#include <chrono>
#include <thread>

#include "../instruction_sets.hpp"
#include "../threads/pool.hpp"

namespace softgrad {

// About ten microseconds of work; giving the lock away costs a tenth of one without contention.
static constexpr std::int64_t entries_worth_unlocking = 8192;

static thread_local int threads_used = 1;

int threads_of_last_run() { return threads_used; }

PyObject* refusal() {
    if (PyErr_Occurred()) return nullptr;
    Py_RETURN_NONE;
}

bool read_parameters(PyObject* tuple, double (&parameters)[most_parameters]) {
    if (!PyTuple_CheckExact(tuple) || PyTuple_GET_SIZE(tuple) > most_parameters) return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
        parameters[i] = PyFloat_AsDouble(PyTuple_GET_ITEM(tuple, i));
        if (parameters[i] == -1.0 && PyErr_Occurred()) {
            PyErr_Clear();
            return false;
        }
    }
    return true;
}

// Back to Python. Where the interpreter ends meanwhile, it ends this thread, by unwinding its stack
// through frames that do not let that pass: the thread stays here instead, and ends with the process.
static void take_lock(PyThreadState* state) {
    try {
        PyEval_RestoreThread(state);
    } catch (...) {
        for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
    }
}

bool run(const Job& job) {
    if (job.rows == 0) return true;
    const KernelTable& kernels = *current_instruction_set().kernels;
    PyThreadState* state = nullptr;
    if (job.rows * job.classes >= entries_worth_unlocking) state = PyEval_SaveThread();
    const Outcome outcome = run_in_parallel(kernels, job, threads_used);
    if (state) take_lock(state);
    if (outcome == Outcome::out_of_memory) PyErr_NoMemory();
    return outcome == Outcome::done;
}

}  // namespace softgrad
