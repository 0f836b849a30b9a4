// Running sums over the threads of a block and over the tiles of a grid: what turns counts into
// places, so that a compaction keeps the order of its rows on every device.
#pragma once

namespace {

constexpr int SCAN_WARP = 32;
constexpr int SCAN_THREADS = 256;
constexpr int SCAN_WARPS = SCAN_THREADS / SCAN_WARP;
constexpr unsigned SCAN_LANES = 0xffffffffu;

// Returns the sum of the values of all threads before this one and sets `total` to that of all.
// Every thread of a block of SCAN_THREADS must call it; `warp_sums` is shared and holds SCAN_WARPS.
template <typename Value>
__device__ Value block_scan(Value value, Value* warp_sums, Value& total) {
  const int lane = threadIdx.x % SCAN_WARP, warp = threadIdx.x / SCAN_WARP;
  Value sum = value;
  for (int distance = 1; distance < SCAN_WARP; distance *= 2) {
    const Value before = __shfl_up_sync(SCAN_LANES, sum, distance);
    if (lane >= distance) sum += before;
  }
  if (lane == SCAN_WARP - 1) warp_sums[warp] = sum;
  __syncthreads();
  Value before = 0;
  total = 0;
  for (int other = 0; other < SCAN_WARPS; ++other) {
    if (other == warp) before = total;
    total += warp_sums[other];
  }
  // The next scan writes the sums anew.
  __syncthreads();
  return before + sum - value;
}

// Replaces the counts of tiles by the sum of those before each and returns the sum of all.
template <typename Value>
__device__ Value scan_tiles(Value* counts, int tiles, Value* warp_sums) {
  Value before = 0;
  for (int first = 0; first < tiles; first += SCAN_THREADS) {
    const int tile = first + threadIdx.x;
    Value total;
    const Value own = block_scan(tile < tiles ? counts[tile] : Value(0), warp_sums, total);
    if (tile < tiles) counts[tile] = before + own;
    before += total;
  }
  return before;
}

}  // namespace
