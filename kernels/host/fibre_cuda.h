// The words of CUDA C++ that our kernels use, spoken by the host's compiler; included before them.
#pragma once

#include "fibre_grid.h"

#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __shared__ static __attribute__((section("fibre_shared")))

// Makes a kernel callable by name from a shared library.
#define FIBRE_EXPORT extern "C" __attribute__((visibility("default")))
#define FIBRE_KERNEL(name)                                                                   \
  FIBRE_EXPORT const char* fibre_launch_##name(void** arguments, const unsigned* shape,      \
                                               int order, unsigned seed) {                   \
    return fibre::launch(name, arguments, shape, order, seed);                               \
  }                                                                                          \
  FIBRE_EXPORT int fibre_parameter_##name(int number) {                                      \
    return fibre::parameter_bytes(name, number);                                             \
  }

struct int4 {
  int x, y, z, w;
};

using std::max;
using std::min;

namespace fibre {

// The size of a kernel's parameter, 0 past the last one: lets the caller check what it passes.
template <typename... Parameters>
int parameter_bytes(void (*)(Parameters...), int number) {
  const int bytes[] = {static_cast<int>(sizeof(Parameters))..., 0};
  return bytes[min(number, static_cast<int>(sizeof...(Parameters)))];
}

constexpr int SOURCE = 2;  // the word of `in` that names a lane, after a value of two words

inline void nothing(Fibre*, unsigned) {}

inline void exchange_ballot(Fibre* lanes, unsigned mask) {
  unsigned votes = 0;
  for (unsigned lane = 0; lane < WARP_LANES; ++lane) {
    if ((mask >> lane & 1) != 0 && lanes[lane].in[0] != 0) votes |= 1u << lane;
  }
  for (unsigned lane = 0; lane < WARP_LANES; ++lane) {
    if (mask >> lane & 1) lanes[lane].out[0] = votes;
  }
}

inline void exchange_shuffle(Fibre* lanes, unsigned mask) {
  for (unsigned lane = 0; lane < WARP_LANES; ++lane) {
    if ((mask >> lane & 1) == 0) continue;
    const uint32_t source = lanes[lane].in[SOURCE];
    if ((mask >> source & 1) == 0) {
      fail("lane %u shuffles from lane %u, which mask %08x lacks", lane, source, mask);
    }
    memcpy(lanes[lane].out, lanes[source].in, sizeof(uint64_t));
  }
}

template <typename Value>
Value shuffle(const char* operation, unsigned mask, Value value, unsigned source) {
  static_assert(sizeof(Value) == 4 || sizeof(Value) == 8, "a register or two");
  Fibre& self = *grid.current;
  memcpy(self.in, &value, sizeof value);
  self.in[SOURCE] = source % WARP_LANES;
  meet(operation, exchange_shuffle, mask);
  memcpy(&value, self.out, sizeof value);
  return value;
}

inline unsigned lane() { return grid.current->number % WARP_LANES; }

}  // namespace fibre

inline void __syncthreads() { fibre::barrier(); }

inline void __syncwarp(unsigned mask = 0xffffffffu) {
  fibre::meet("__syncwarp", fibre::nothing, mask);
}

inline unsigned __ballot_sync(unsigned mask, int predicate) {
  fibre::grid.current->in[0] = predicate != 0;
  fibre::meet("__ballot_sync", fibre::exchange_ballot, mask);
  return fibre::grid.current->out[0];
}

inline int __any_sync(unsigned mask, int predicate) {
  fibre::grid.current->in[0] = predicate != 0;
  fibre::meet("__any_sync", fibre::exchange_ballot, mask);
  return fibre::grid.current->out[0] != 0;
}

template <typename Value>
Value __shfl_sync(unsigned mask, Value value, int source) {
  return fibre::shuffle("__shfl_sync", mask, value, static_cast<unsigned>(source));
}

template <typename Value>
Value __shfl_xor_sync(unsigned mask, Value value, int lanes) {
  return fibre::shuffle("__shfl_xor_sync", mask, value, fibre::lane() ^ lanes);
}

template <typename Value>
Value __shfl_up_sync(unsigned mask, Value value, unsigned distance) {
  const unsigned lane = fibre::lane();
  return fibre::shuffle("__shfl_up_sync", mask, value, lane < distance ? lane : lane - distance);
}

// Fibres take turns, so a plain update is whole.
template <typename Value>
Value atomicAdd(Value* address, Value value) {
  const Value before = *address;
  *address = before + value;
  return before;
}

inline int __popc(unsigned word) { return __builtin_popcount(word); }
inline int __popcll(unsigned long long word) { return __builtin_popcountll(word); }
inline int __ffs(int word) { return __builtin_ffs(word); }
inline int __ffsll(long long word) { return __builtin_ffsll(word); }
