// The best rows of score columns: score falling, equal scores by rising row, excluded rows never.
// Equal to reference.py in this folder.
//
// A column is one probe's scores int32 [rows]; blockIdx.y names it. The launches, in order:
//
// 1. for shift = 24, 16, 8, 0: select_histogram, then select_cut. They find, digit by digit from
//    the top, the score on which the k-th best row lies: the cut.
// 2. select_count, select_offsets, select_write compact the rows above the cut and the lowest rows
//    on it, each group in the order of its rows.
// 3. select_rank puts the few that are left in order. A key holds a score and a row: its upper half
//    is the score with the sign bit turned over, its lower half all ones less the row.
//
// Before the first launch cuts[column] = {0, k, 0, 0} and the histograms are zero; every launch
// leaves the histograms zero again. Blocks have SCAN_THREADS threads. No launch waits for the host.
// Limits: rows <= 2^30, k <= room, the places of a column in `keys` and in `found`.
#include "block_scan.cuh"

typedef unsigned long long Key;

struct Cut {
  unsigned score;      // the digits decided so far, then the whole cut
  unsigned remaining;  // rows still to be taken from those whose score begins with these digits
  unsigned above;      // rows above the cut
  unsigned selected;   // rows selected in all
};

namespace {

constexpr int DIGIT_BITS = 8;
constexpr int DIGITS = 1 << DIGIT_BITS;
static_assert(DIGITS == SCAN_THREADS, "each thread owns one digit");

constexpr int ROWS_PER_THREAD = 4;
constexpr int TILE_ROWS = SCAN_THREADS * ROWS_PER_THREAD;

// Counts of rows above the cut and on it travel together in the halves of one word.
constexpr int ABOVE_SHIFT = 32;
constexpr Key ON_MASK = 0xffffffffull;

// Orders as the score does, the most negative first.
__device__ __forceinline__ unsigned ascending(int score) {
  return static_cast<unsigned>(score) ^ 0x80000000u;
}

// Adds the digits of a warp to the histogram. Scores crowd on few digits, above all where a digit
// is the same for all scores, so the lanes that share the first one's digit add once.
__device__ __forceinline__ void add_digits(bool counted, unsigned digit, unsigned* bins) {
  const unsigned counting = __ballot_sync(SCAN_LANES, counted);
  if (counting == 0) return;
  const int leader = __ffs(static_cast<int>(counting)) - 1;
  // Every lane must take part in the shuffle, also one that counts nothing.
  const unsigned common = __shfl_sync(SCAN_LANES, digit, leader);
  const bool shared = counted && digit == common;
  const unsigned sharing = __ballot_sync(SCAN_LANES, shared);
  if (static_cast<int>(threadIdx.x % SCAN_WARP) == leader) {
    atomicAdd(&bins[digit], static_cast<unsigned>(__popc(sharing)));
  } else if (counted && !shared) {
    atomicAdd(&bins[digit], 1u);
  }
}

// How one row stands to the cut: 1 in the upper half if above, 1 in the lower half if on it.
__device__ __forceinline__ Key standing(const int* scores, const unsigned char* excluded, int row,
                                        int rows, unsigned cut) {
  if (row >= rows || excluded[row] != 0) return 0;
  const unsigned score = ascending(scores[row]);
  return score > cut ? Key(1) << ABOVE_SHIFT : score == cut ? 1 : 0;
}

}  // namespace

extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
select_histogram(const int* scores, const unsigned char* excluded, int rows, const Cut* cuts,
                 int shift, unsigned* histograms) {
  __shared__ unsigned bins[DIGITS];
  const int column = blockIdx.y;
  bins[threadIdx.x] = 0;
  __syncthreads();
  const Key decided = cuts[column].score >> shift >> DIGIT_BITS;
  const int* own = scores + static_cast<long long>(column) * rows;
  const long long stride = static_cast<long long>(gridDim.x) * SCAN_THREADS;
  // All lanes of a warp stay in the loop as long as one of them has a row.
  for (long long first = static_cast<long long>(blockIdx.x) * SCAN_THREADS; first < rows;
       first += stride) {
    const long long row = first + threadIdx.x;
    const bool eligible = row < rows && excluded[row] == 0;
    const unsigned score = eligible ? ascending(own[row]) : 0;
    const bool counted = eligible && (score >> shift >> DIGIT_BITS) == decided;
    add_digits(counted, score >> shift & (DIGITS - 1), bins);
  }
  __syncthreads();
  const unsigned count = bins[threadIdx.x];
  if (count != 0) atomicAdd(&histograms[column * DIGITS + threadIdx.x], count);
}

// Decides one more digit of the cut: the largest one that, with all larger ones, holds enough rows;
// the smallest if there are not enough.
extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
select_cut(unsigned* histograms, int shift, Cut* cuts) {
  __shared__ unsigned warp_sums[SCAN_WARPS];
  const int column = blockIdx.x;
  const unsigned digit = DIGITS - 1 - threadIdx.x;
  unsigned* bin = &histograms[column * DIGITS + digit];
  const unsigned count = *bin;
  *bin = 0;
  const unsigned remaining = cuts[column].remaining;
  unsigned total;
  // The scan's barriers also part the read of `remaining` from its change.
  const unsigned larger = block_scan(count, warp_sums, total);
  const bool is_first = threadIdx.x == 0, is_last = threadIdx.x == DIGITS - 1;
  if ((larger < remaining || is_first) && (larger + count >= remaining || is_last)) {
    cuts[column].score |= digit << shift;
    cuts[column].remaining = remaining - larger;
  }
}

extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
select_count(const int* scores, const unsigned char* excluded, int rows, const Cut* cuts,
             Key* counts) {
  __shared__ Key warp_sums[SCAN_WARPS];
  const int column = blockIdx.y;
  const int* own = scores + static_cast<long long>(column) * rows;
  const int first = blockIdx.x * TILE_ROWS + threadIdx.x * ROWS_PER_THREAD;
  Key count = 0;
  for (int place = 0; place < ROWS_PER_THREAD; ++place) {
    count += standing(own, excluded, first + place, rows, cuts[column].score);
  }
  Key total;
  block_scan(count, warp_sums, total);
  if (threadIdx.x == 0) counts[column * gridDim.x + blockIdx.x] = total;
}

extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
select_offsets(Key* counts, int tiles, Cut* cuts) {
  __shared__ Key warp_sums[SCAN_WARPS];
  const int column = blockIdx.x;
  const Key total = scan_tiles(counts + static_cast<long long>(column) * tiles, tiles, warp_sums);
  if (threadIdx.x != 0) return;
  Cut& cut = cuts[column];
  cut.above = static_cast<unsigned>(total >> ABOVE_SHIFT);
  cut.selected = cut.above + min(cut.remaining, static_cast<unsigned>(total & ON_MASK));
}

// Writes keys that order as the answer does: a larger key comes first.
extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
select_write(const int* scores, const unsigned char* excluded, int rows, const Cut* cuts,
             const Key* offsets, int room, Key* keys) {
  __shared__ Key warp_sums[SCAN_WARPS];
  const int column = blockIdx.y;
  const Cut cut = cuts[column];
  const int* own = scores + static_cast<long long>(column) * rows;
  const int first = blockIdx.x * TILE_ROWS + threadIdx.x * ROWS_PER_THREAD;
  Key count = 0;
  for (int place = 0; place < ROWS_PER_THREAD; ++place) {
    count += standing(own, excluded, first + place, rows, cut.score);
  }
  Key total;
  Key before = block_scan(count, warp_sums, total) + offsets[column * gridDim.x + blockIdx.x];
  for (int place = 0; place < ROWS_PER_THREAD; ++place) {
    const int row = first + place;
    const Key stands = standing(own, excluded, row, rows, cut.score);
    const unsigned above = static_cast<unsigned>(before >> ABOVE_SHIFT);
    const unsigned on = static_cast<unsigned>(before & ON_MASK);
    if (stands != 0 && (stands != 1 || on < cut.remaining)) {
      const unsigned target = stands == 1 ? cut.above + on : above;
      const Key score = ascending(own[row]);
      keys[static_cast<long long>(column) * room + target] =
          score << 32 | (0xffffffffu - static_cast<unsigned>(row));
    }
    before += stands;
  }
}

// A row's place is the number of keys that come before it. Keys are few and all different.
extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
select_rank(const Key* keys, const Cut* cuts, int room, Key* found) {
  __shared__ Key tile[SCAN_THREADS];
  const int column = blockIdx.y;
  const int selected = static_cast<int>(cuts[column].selected);
  const Key* own = keys + static_cast<long long>(column) * room;
  const int number = blockIdx.x * SCAN_THREADS + threadIdx.x;
  const Key mine = number < selected ? own[number] : 0;
  int place = 0;
  for (int first = 0; first < selected; first += SCAN_THREADS) {
    const int other = first + threadIdx.x;
    tile[threadIdx.x] = other < selected ? own[other] : 0;
    __syncthreads();
    for (int at = 0; at < SCAN_THREADS; ++at) place += tile[at] > mine;
    __syncthreads();
  }
  if (number < selected) found[static_cast<long long>(column) * room + place] = mine;
}
