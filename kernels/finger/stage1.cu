// Fingerprint stage 1: the score of each probe against each template, in exact integers.
//
//   S = sum over probe minutiae i of max(0, T(n, m) - min over candidate minutiae j of H(i, j))
//
// H is the Hamming distance of two 256-bit codes and T(n, m) = (halves[n] + halves[m] + 8) >> 4 the
// threshold of two prints with n and m used minutiae. Equal to stage1_reference.py bit for bit.
//
// A warp takes one candidate at a time and scores all probes of the batch against it, so a code of
// the gallery is read from memory once. Two kernels with the same arguments:
//
// * stage1_scores_b1 has tensor cores count the common bits of 16 x 8 pairs an instruction, for
//   devices that have that instruction (8.0 to 9.0; later ones emulate it at great cost);
// * stage1_scores_popc counts different bits word by word, for every other device.
//
// The layouts are those of layout.py: codes[word * minutiae + minutia] and the first minutia of
// template t at starts[t]; used[t] says how many of its minutiae take part. Probe p has its codes
// row after row at probes[p * USED_MAX * CODE_WORDS] and probes_used[p] of them. The result is
// scores[p * templates + t]. Limits: probes <= PROBES_MAX, used and probes_used <= USED_MAX.
#include "finger/mma_b1.cuh"

typedef unsigned long long Word;

namespace {

constexpr int WARP = 32;
constexpr unsigned ALL_LANES = 0xffffffffu;
constexpr int WARPS = 8;
constexpr int THREADS = WARPS * WARP;

constexpr int CODE_WORDS = 4;
constexpr int USED_MAX = 64;
constexpr int PROBES_MAX = 16;
constexpr int THRESHOLD_UNIT = 16;

// Farther than any two codes: no minimum is ever this, and no threshold reaches it.
constexpr int FAR = 1 << 16;

struct Gallery {
  const Word* codes;
  const long long* starts;
  const unsigned char* used;
  long long minutiae;
};

struct Probe {
  const Word* codes;      // shared, USED_MAX rows of CODE_WORDS
  const short* set_bits;  // shared, USED_MAX rows
  int used;
};

__device__ __forceinline__ int threshold(const int* halves, int probe_used, int candidate_used) {
  return (halves[probe_used] + halves[candidate_used] + THRESHOLD_UNIT / 2) / THRESHOLD_UNIT;
}

__device__ __forceinline__ int sum_of_lanes(int value) {
  for (int lanes = WARP / 2; lanes > 0; lanes /= 2) {
    value += __shfl_xor_sync(ALL_LANES, value, lanes);
  }
  return value;
}

// A lane keeps two rows of the probe and meets every minutia of the candidate.
__device__ int score_by_popc(const Gallery& gallery, long long first, int columns,
                             const Probe& probe, int limit) {
  const int lane = threadIdx.x % WARP;
  Word rows[2][CODE_WORDS];
  int nearest[2] = {FAR, FAR};
  for (int half = 0; half < 2; ++half) {
    for (int word = 0; word < CODE_WORDS; ++word) {
      rows[half][word] = probe.codes[(half * WARP + lane) * CODE_WORDS + word];
    }
  }
  for (int column = 0; column < columns; ++column) {
    int distance[2] = {0, 0};
    for (int word = 0; word < CODE_WORDS; ++word) {
      const Word code = gallery.codes[word * gallery.minutiae + first + column];
      distance[0] += __popcll(rows[0][word] ^ code);
      // The same for the whole warp: most probes fit into its 32 lanes.
      if (probe.used > WARP) distance[1] += __popcll(rows[1][word] ^ code);
    }
    nearest[0] = min(nearest[0], distance[0]);
    nearest[1] = min(nearest[1], distance[1]);
  }
  int total = 0;
  if (lane < probe.used) total += max(0, limit - nearest[0]);
  if (lane + WARP < probe.used) total += max(0, limit - nearest[1]);
  return sum_of_lanes(total);
}

// Copies the probes to shared memory. A row past the last one counts as far from everything.
__device__ void load_probes(const Word* codes, const int* used, int probes, Word* shared_codes,
                            short* shared_bits) {
  for (int row = threadIdx.x; row < probes * USED_MAX; row += THREADS) {
    const bool is_used = row % USED_MAX < used[row / USED_MAX];
    int bits = 0;
    for (int word = 0; word < CODE_WORDS; ++word) {
      const Word code = is_used ? codes[row * CODE_WORDS + word] : 0;
      shared_codes[row * CODE_WORDS + word] = code;
      bits += __popcll(code);
    }
    shared_bits[row] = static_cast<short>(is_used ? bits : FAR / 4);
  }
  __syncthreads();
}

}  // namespace

extern "C" __global__ void __launch_bounds__(THREADS)
stage1_scores_popc(const Word* codes, const long long* starts, const unsigned char* used,
                   long long minutiae, long long templates, const Word* probe_codes,
                   const int* probes_used, int probes, const int* threshold_halves, int* scores) {
  __shared__ Word shared_codes[PROBES_MAX * USED_MAX * CODE_WORDS];
  __shared__ short shared_bits[PROBES_MAX * USED_MAX];
  load_probes(probe_codes, probes_used, probes, shared_codes, shared_bits);
  const Gallery gallery = {codes, starts, used, minutiae};
  const long long stride = static_cast<long long>(gridDim.x) * WARPS;
  long long candidate = static_cast<long long>(blockIdx.x) * WARPS + threadIdx.x / WARP;
  for (; candidate < templates; candidate += stride) {
    const int count = used[candidate];
    for (int number = 0; number < probes; ++number) {
      const Probe probe = {shared_codes + number * USED_MAX * CODE_WORDS,
                           shared_bits + number * USED_MAX, probes_used[number]};
      const int limit = threshold(threshold_halves, probe.used, count);
      const int score = score_by_popc(gallery, starts[candidate], count, probe, limit);
      if (threadIdx.x % WARP == 0) scores[number * templates + candidate] = score;
    }
  }
}

#if defined(MMA_B1_IS_NATIVE)

namespace {

constexpr int TILE_ROWS = 16;
constexpr int TILE_COLUMNS = 8;
constexpr int COLUMN_TILES = USED_MAX / TILE_COLUMNS;

// The columns of a candidate as the tensor core wants them. For even popcounts
//   H(i, j) = |i| + |j| - 2 |i & j| = |i| - 2 (|i & j| - |j| / 2),
// so a product that starts at -|j| / 2 leaves one maximum to take and nothing else to do per pair.
struct Columns {
  BitColumn codes[COLUMN_TILES];
  int start[COLUMN_TILES][2];
};

// Returns whether a column has an odd number of bits set, whose half would not be exact. Codes of
// the encoder are even: that is what their parity bit is for.
__device__ __forceinline__ bool load_columns(const Gallery& gallery, long long first, int count,
                                             Columns& columns) {
  const int lane = threadIdx.x % WARP;
  const Word* words = gallery.codes + lane % 4 * gallery.minutiae + first;
  int odd = 0;
#pragma unroll
  for (int tile = 0; tile < COLUMN_TILES; ++tile) {
    const int column = tile * TILE_COLUMNS + lane / 4;
    const Word code = column < count ? words[column] : 0;
    columns.codes[tile] = {static_cast<unsigned>(code), static_cast<unsigned>(code >> 32)};
    // The product with rows of ones counts the bits of each column, and in the right lanes.
    const Counts bits = mma_b1({~0u, ~0u, ~0u, ~0u}, columns.codes[tile], {0, 0});
    for (int own = 0; own < 2; ++own) {
      const int place = tile * TILE_COLUMNS + 2 * (lane % 4) + own;
      odd |= bits.upper[own] & 1;
      columns.start[tile][own] = place < count ? -(bits.upper[own] / 2) : -FAR;
    }
  }
  return __any_sync(ALL_LANES, odd) != 0;
}

__device__ __forceinline__ int score_by_b1(const Columns& columns, int count, const Probe& probe,
                                           int limit) {
  const int lane = threadIdx.x % WARP;
  int total = 0;
  for (int top = 0; top < probe.used; top += TILE_ROWS) {
    // Lane 4g + t reads word t of row g: the warp reads shared memory from end to end.
    const Word upper = probe.codes[top * CODE_WORDS + lane];
    const Word lower = probe.codes[(top + TILE_ROWS / 2) * CODE_WORDS + lane];
    const BitRows rows = {static_cast<unsigned>(upper), static_cast<unsigned>(lower),
                          static_cast<unsigned>(upper >> 32), static_cast<unsigned>(lower >> 32)};
    int best_upper = -FAR, best_lower = -FAR;
#pragma unroll
    for (int tile = 0; tile < COLUMN_TILES; ++tile) {
      if (tile * TILE_COLUMNS >= count) break;
      const Counts common = mma_b1(rows, columns.codes[tile], columns.start[tile]);
      best_upper = max(best_upper, max(common.upper[0], common.upper[1]));
      best_lower = max(best_lower, max(common.lower[0], common.lower[1]));
    }
    for (int lanes = 1; lanes <= 2; lanes *= 2) {
      best_upper = max(best_upper, __shfl_xor_sync(ALL_LANES, best_upper, lanes));
      best_lower = max(best_lower, __shfl_xor_sync(ALL_LANES, best_lower, lanes));
    }
    const int row = top + lane / 4;
    total += max(0, limit - (probe.set_bits[row] - 2 * best_upper));
    total += max(0, limit - (probe.set_bits[row + TILE_ROWS / 2] - 2 * best_lower));
  }
  // The four lanes of a row have all added it.
  for (int lanes = 4; lanes < WARP; lanes *= 2) total += __shfl_xor_sync(ALL_LANES, total, lanes);
  return total;
}

}  // namespace

extern "C" __global__ void __launch_bounds__(THREADS)
stage1_scores_b1(const Word* codes, const long long* starts, const unsigned char* used,
                 long long minutiae, long long templates, const Word* probe_codes,
                 const int* probes_used, int probes, const int* threshold_halves, int* scores) {
  __shared__ Word shared_codes[PROBES_MAX * USED_MAX * CODE_WORDS];
  __shared__ short shared_bits[PROBES_MAX * USED_MAX];
  load_probes(probe_codes, probes_used, probes, shared_codes, shared_bits);
  const Gallery gallery = {codes, starts, used, minutiae};
  const long long stride = static_cast<long long>(gridDim.x) * WARPS;
  long long candidate = static_cast<long long>(blockIdx.x) * WARPS + threadIdx.x / WARP;
  for (; candidate < templates; candidate += stride) {
    const int count = used[candidate];
    Columns columns;
    const bool odd = load_columns(gallery, starts[candidate], count, columns);
    for (int number = 0; number < probes; ++number) {
      const Probe probe = {shared_codes + number * USED_MAX * CODE_WORDS,
                           shared_bits + number * USED_MAX, probes_used[number]};
      const int limit = threshold(threshold_halves, probe.used, count);
      const int score = odd ? score_by_popc(gallery, starts[candidate], count, probe, limit)
                            : score_by_b1(columns, count, probe, limit);
      if (threadIdx.x % WARP == 0) scores[number * templates + candidate] = score;
    }
  }
}

#endif
