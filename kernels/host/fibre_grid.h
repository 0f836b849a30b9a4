// A grid of CUDA threads on the host: every block in turn, each of its threads a fibre.
//
// A fibre runs until it meets a barrier or a warp-wide operation and goes on when all who must
// meet it have come. In between nobody else runs. Forward and reverse, a warp goes as far as it can
// before the next one begins; at random, all threads mingle. So a kernel that forgets a barrier
// sees what others have not yet done, or have done too early. Not modelled: the weakness of the
// device's memory model.
//
// A rule that the programming model leaves undefined is an error here: a lane missing from its own
// mask, lanes that meet with different masks or operations, a barrier or an operation that a
// thread has left behind for good. The first error ends the launch.
#pragma once

#include <algorithm>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fibre_switch.h"

struct uint3 {
  unsigned x, y, z;
};

// A library is one translation unit, and each has a scheduler of its own, however many of them a
// process loads: hence static, here and below.
static uint3 threadIdx, blockIdx, blockDim, gridDim;

// Static shared variables stand in a section of their own, so that each block finds them filled
// with rubbish. The linker provides its bounds, if there is any.
extern "C" {
extern char __start_fibre_shared[] __attribute__((weak, visibility("hidden")));
extern char __stop_fibre_shared[] __attribute__((weak, visibility("hidden")));
}

namespace fibre {

constexpr int WARP_LANES = 32;
constexpr unsigned BLOCK_THREADS_MAX = 1024;
constexpr unsigned char RUBBISH = 0xA5;
constexpr int WORDS_IN = 6;
constexpr int WORDS_OUT = 4;

enum class Order : int { FORWARD = 0, REVERSE = 1, RANDOM = 2 };
enum class State { READY, AT_BARRIER, AT_MEETING, DONE };

struct Fibre;
// Given all 32 lanes of a warp, fills `out` of those in the mask from their `in`.
using Exchange = void (*)(Fibre* lanes, unsigned mask);

struct Fibre {
  Context context;
  State state;
  uint3 thread;
  unsigned number;
  const char* operation;
  unsigned mask;
  uint32_t in[WORDS_IN];
  uint32_t out[WORDS_OUT];
};

// Marsaglia's xorshift: repeatable everywhere, which is all that is asked of it.
struct Random {
  uint64_t state = 1;

  void seed(unsigned number) { state = (uint64_t{number} << 1 | 1) * 0x9e3779b97f4a7c15u; }

  uint64_t below(uint64_t bound) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state >> 11) % bound;
  }
};

struct Grid {
  Context scheduler;
  std::vector<std::unique_ptr<Stack>> stacks;
  std::vector<Fibre> fibres;
  Fibre* current = nullptr;
  void (*kernel)(const void*) = nullptr;
  const void* call = nullptr;
  Random random;
  Order order = Order::FORWARD;
  std::string error;
};

static Grid grid;

inline void leave() { grid.current->context.switch_to(grid.scheduler); }

// Ends the launch. Nothing of a kernel needs unwinding, so its fibres are simply not resumed.
[[noreturn]] inline void fail(const char* format, ...) {
  char text[256];
  va_list values;
  va_start(values, format);
  vsnprintf(text, sizeof text, format, values);
  va_end(values);
  const Fibre& self = *grid.current;
  char place[96];
  snprintf(place, sizeof place, "block (%u,%u,%u) thread %u: ", blockIdx.x, blockIdx.y,
           blockIdx.z, self.number);
  grid.error = std::string(place) + text;
  for (;;) leave();
}

// Meets the lanes of `mask`, whose exchange runs once the last of them has come. Lanes are taken
// together by what they do: the same operation with the same mask. `operation` is a literal of its
// one caller, so that its address tells it.
inline void meet(const char* operation, Exchange exchange, unsigned mask) {
  Fibre& self = *grid.current;
  const unsigned lane = self.number % WARP_LANES;
  Fibre* lanes = &self - lane;
  if ((mask >> lane & 1) == 0) fail("%s with mask %08x lacks lane %u", operation, mask, lane);
  self.operation = operation;
  self.mask = mask;
  self.state = State::AT_MEETING;
  for (unsigned other = 0; other < WARP_LANES; ++other) {
    if ((mask >> other & 1) == 0) continue;
    const Fibre* end = grid.fibres.data() + grid.fibres.size();
    if (lanes + other >= end) fail("%s names lane %u, which is no thread", operation, other);
    const Fibre& peer = lanes[other];
    if (peer.state == State::DONE) fail("%s waits for lane %u, which is done", operation, other);
    if (peer.state != State::AT_MEETING || peer.operation != operation || peer.mask != mask) {
      return leave();
    }
  }
  exchange(lanes, mask);
  for (unsigned other = 0; other < WARP_LANES; ++other) {
    if (mask >> other & 1) lanes[other].state = State::READY;
  }
}

inline void barrier() {
  grid.current->operation = "__syncthreads";
  grid.current->state = State::AT_BARRIER;
  leave();
}

inline void fibre_main() {
  Context::arrive(nullptr, &grid.scheduler);
  grid.kernel(grid.call);
  grid.current->state = State::DONE;
  for (;;) leave();
}

// Section bounds are no variables to the address sanitizer, whose marks stand between them.
__attribute__((no_sanitize_address)) inline void spoil_shared_memory() {
  if (__start_fibre_shared == nullptr) return;
  for (volatile char* at = __start_fibre_shared; at != __stop_fibre_shared; ++at) {
    *at = static_cast<char>(RUBBISH);
  }
}

// Tells who waits for what when nobody can go on.
inline std::string deadlock() {
  std::vector<std::pair<std::string, int>> waiting;
  for (const Fibre& fibre : grid.fibres) {
    const std::string what = fibre.state == State::DONE ? "done" : fibre.operation;
    auto seen = std::find_if(waiting.begin(), waiting.end(),
                             [&](const auto& entry) { return entry.first == what; });
    if (seen == waiting.end()) {
      waiting.emplace_back(what, 1);
    } else {
      ++seen->second;
    }
  }
  std::string text = "deadlock in block (" + std::to_string(blockIdx.x) + "," +
                     std::to_string(blockIdx.y) + "," + std::to_string(blockIdx.z) + "):";
  for (const auto& [what, count] : waiting) text += " " + std::to_string(count) + " " + what;
  return text;
}

// Numbers in the order in which their owners take turns.
inline std::vector<unsigned> turns(std::size_t count) {
  std::vector<unsigned> numbers(count);
  for (std::size_t at = 0; at < count; ++at) numbers[at] = static_cast<unsigned>(at);
  if (grid.order == Order::REVERSE) std::reverse(numbers.begin(), numbers.end());
  if (grid.order == Order::RANDOM) {
    for (std::size_t at = count; at > 1; --at) {
      std::swap(numbers[at - 1], numbers[grid.random.below(at)]);
    }
  }
  return numbers;
}

// Lets each of these fibres that can run do so once; tells whether one could.
inline bool sweep(const unsigned* numbers, std::size_t count) {
  bool ran = false;
  for (std::size_t at = 0; at < count && grid.error.empty(); ++at) {
    Fibre& fibre = grid.fibres[numbers[at]];
    if (fibre.state != State::READY) continue;
    ran = true;
    grid.current = &fibre;
    threadIdx = fibre.thread;
    grid.scheduler.switch_to(fibre.context);
  }
  return ran && grid.error.empty();
}

// Lets warps go on, each as far as it can, or at random all threads once; tells whether one could.
inline bool advance() {
  const bool mingle = grid.order == Order::RANDOM;
  const std::size_t threads = grid.fibres.size();
  const std::vector<unsigned> numbers = turns(threads);
  bool ran = false;
  for (std::size_t first = 0; first < threads; first += WARP_LANES) {
    const std::size_t lanes = std::min<std::size_t>(WARP_LANES, threads - first);
    while (sweep(numbers.data() + first, lanes)) {
      ran = true;
      if (mingle) break;
    }
  }
  return ran;
}

inline bool all_are(State state) {
  return std::all_of(grid.fibres.begin(), grid.fibres.end(),
                     [state](const Fibre& fibre) { return fibre.state == state; });
}

inline void run_block() {
  spoil_shared_memory();
  for (unsigned number = 0; number < grid.fibres.size(); ++number) {
    Fibre& fibre = grid.fibres[number];
    fibre.context = Context();
    fibre.context.prepare(*grid.stacks[number], fibre_main);
    fibre.state = State::READY;
    fibre.number = number;
    fibre.thread = {number % blockDim.x, number / blockDim.x % blockDim.y,
                    number / (blockDim.x * blockDim.y)};
  }
  for (;;) {
    while (advance()) {
    }
    if (!grid.error.empty() || all_are(State::DONE)) return;
    if (!all_are(State::AT_BARRIER)) break;
    for (Fibre& fibre : grid.fibres) fibre.state = State::READY;
  }
  grid.error = deadlock();
}

// Runs a kernel over a grid; `shape` holds the extents of the grid, then of a block.
inline const char* run(void (*kernel)(const void*), const void* call, const unsigned* shape,
                       int order, unsigned seed) {
  gridDim = {shape[0], shape[1], shape[2]};
  blockDim = {shape[3], shape[4], shape[5]};
  const unsigned threads = blockDim.x * blockDim.y * blockDim.z;
  grid.error.clear();
  if (threads == 0 || threads > BLOCK_THREADS_MAX) return "a block has 1 to 1024 threads";
  grid.kernel = kernel;
  grid.call = call;
  grid.order = static_cast<Order>(order);
  grid.random.seed(seed);
  while (grid.stacks.size() < threads) {
    grid.stacks.push_back(std::make_unique<Stack>());
    if (!grid.stacks.back()->exists()) return "no memory for the stack of a fibre";
  }
  grid.fibres.assign(threads, Fibre());
  for (unsigned block : turns(gridDim.x * gridDim.y * gridDim.z)) {
    blockIdx = {block % gridDim.x, block / gridDim.x % gridDim.y,
                block / (gridDim.x * gridDim.y)};
    run_block();
    if (!grid.error.empty()) return grid.error.c_str();
  }
  return nullptr;
}

// A kernel and pointers to its arguments, in the manner of the driver's launch.
template <typename... Parameters>
struct Call {
  void (*kernel)(Parameters...);
  void** arguments;

  static void make(const void* self) {
    static_cast<const Call*>(self)->spread(std::index_sequence_for<Parameters...>{});
  }
  template <std::size_t... Numbers>
  void spread(std::index_sequence<Numbers...>) const {
    kernel(*static_cast<std::remove_reference_t<Parameters>*>(arguments[Numbers])...);
  }
};

template <typename... Parameters>
const char* launch(void (*kernel)(Parameters...), void** arguments, const unsigned* shape,
                   int order, unsigned seed) {
  const Call<Parameters...> call = {kernel, arguments};
  return run(&Call<Parameters...>::make, &call, shape, order, seed);
}

}  // namespace fibre
