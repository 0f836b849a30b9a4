// DNA search by bit planes: every profile that a query leaves possible, then what the exact rule
// says of each. Equal to cpu.py and reference.py in this folder.
//
// The launches, in order; blockIdx.y (x for dna_offsets) names the query, blocks have SCAN_THREADS
// threads and one thread takes one word, that is 64 profiles:
//
// 1. dna_survivors: the plane of profiles with at most `allowed` differing alleles, counted by tile
//    of SCAN_THREADS words. A word stops at the locus after which none of its profiles is left.
// 2. dna_offsets, dna_rows: the rows of the set bits in the order of their places, as many as there
//    is room for; totals[query] says how many there are, so that a caller with too little room can
//    come again.
// 3. dna_classify: quality, compared, full, matched and mismatching for each, by the exact rule.
//
// The planes are those of planes.py, bits[row * words + word], and a query's plan that of plan.py:
// for each locus the planes A, B and T and how they are read, the most discriminating locus first.
#include "block_scan.cuh"

typedef unsigned long long Word;

struct DnaRule {
  int min_full_loci;
  int mismatch_max;
  int microvariant_tolerance;
  unsigned counted;
  int wildcard_counts_as_full;
  int double_wildcard_compared;
  int stringency;
};

namespace {

constexpr int WORD_BITS = 64;
constexpr int SLOTS = 32;
constexpr int FIGURES = 5;
constexpr int ABSENT = 0;
constexpr int WILDCARD = 255;

// What one locus says of 64 profiles: no allele differs and counts, at most one does.
struct Partners {
  Word both, either;
};

enum Kind { HETEROZYGOUS, HOMOZYGOUS, ONE_SIDE, SHARED };

__device__ __forceinline__ Partners partners(const Word* bits, long long words, int4 locus,
                                             long long word) {
  const Word first = bits[locus.x * words + word];
  if (locus.w == HOMOZYGOUS) return {first & bits[locus.z * words + word], first};
  const Word second = bits[locus.y * words + word];
  const Word either = first | second;
  if (locus.w == SHARED) return {either, either};
  Word both = first & second;
  // A homozygous profile needs but one partner.
  if (locus.w == ONE_SIDE) both |= either & bits[locus.z * words + word];
  return {both, either};
}

// For few allowed mismatches: within[k] holds the profiles that so far have at most k.
template <int ALLOWED>
__device__ __forceinline__ Word survivors(const Word* bits, long long words, const int4* plan,
                                          int loci, long long word) {
  Word within[ALLOWED + 1];
  for (int k = 0; k <= ALLOWED; ++k) within[k] = ~Word(0);
  for (int locus = 0; locus < loci && within[ALLOWED] != 0; ++locus) {
    const Partners found = partners(bits, words, plan[locus], word);
    // Downwards, so that each line still reads its neighbours as they were before this locus.
#pragma unroll
    for (int k = ALLOWED; k >= 0; --k) {
      within[k] &= found.both;
      if (k >= 1) within[k] |= within[k - 1] & found.either;
      if (k >= 2) within[k] |= within[k - 2];
    }
  }
  return within[ALLOWED];
}

// For any number: a binary counter whose digits are planes. Two alleles in each of 32 slots can
// differ, so seven digits hold every count.
constexpr int COUNTER_DIGITS = 7;

__device__ __forceinline__ void add_one(Word* counter, Word where) {
#pragma unroll
  for (int digit = 0; digit < COUNTER_DIGITS; ++digit) {
    const Word carry = counter[digit] & where;
    counter[digit] ^= where;
    where = carry;
  }
}

__device__ __forceinline__ Word survivors_counted(const Word* bits, long long words,
                                                  const int4* plan, int loci, long long word,
                                                  int allowed) {
  Word counter[COUNTER_DIGITS] = {0};
  Word alive = ~Word(0);
  for (int locus = 0; locus < loci && alive != 0; ++locus) {
    const Partners found = partners(bits, words, plan[locus], word);
    add_one(counter, ~found.both);
    add_one(counter, ~found.either);
    // Compared from the lowest digit up: the highest digit that differs decides.
    alive = ~Word(0);
#pragma unroll
    for (int digit = 0; digit < COUNTER_DIGITS; ++digit) {
      alive = allowed >> digit & 1 ? alive | ~counter[digit] : alive & ~counter[digit];
    }
  }
  return alive;
}

__device__ __forceinline__ Word survivors_of(const Word* bits, long long words, const int4* plan,
                                             int loci, long long word, int allowed) {
  switch (allowed) {
    case 0: return survivors<0>(bits, words, plan, loci, word);
    case 1: return survivors<1>(bits, words, plan, loci, word);
    case 2: return survivors<2>(bits, words, plan, loci, word);
    default: return survivors_counted(bits, words, plan, loci, word, allowed);
  }
}

// The cost of taking allele x for y: 0, DIFFERS, or DIFFERS + FAR if it is no micro-variant. The
// smaller sum of two costs is the pairing with fewest differing alleles, then fewest far ones.
constexpr int DIFFERS = 4;
constexpr int FAR = 1;

__device__ __forceinline__ int cost(int x, int y, bool is_tolerant) {
  if (x == y || x == WILDCARD || y == WILDCARD) return 0;
  return is_tolerant && (x - y == 1 || y - x == 1) ? DIFFERS : DIFFERS + FAR;
}

enum Quality { NO_MATCH, EQUAL, BY_WILDCARD, MICRO_VARIANT, MISMATCH };

enum Stringency { EVERY_ALLELE, ONE_SIDED, ONE_ALLELE };

struct Figures {
  int quality, compared, full, matched, mismatching;
};

// The first code of a pair is a wildcard only if both are.
__device__ __forceinline__ bool is_compared(int first, const DnaRule& rule) {
  return first != ABSENT && (first != WILDCARD || rule.double_wildcard_compared != 0);
}

// Whether genotypes of which `differing` alleles differ agree. All alleles of one side are among
// those of the other if none differs, or if one does and a side is homozygous.
__device__ __forceinline__ bool agrees(int differing, bool is_homozygous, int stringency) {
  if (stringency == ONE_ALLELE) return differing <= 1;
  return differing == 0 || (stringency == ONE_SIDED && differing == 1 && is_homozygous);
}

__device__ Figures classify(const unsigned char* query, const unsigned char* profile, int loci,
                            const DnaRule& rule) {
  Figures figures = {EQUAL, 0, 0, 0, 0};
  int beyond = 0;
  for (int locus = 0; locus < loci; ++locus) {
    const int a = query[2 * locus], b = query[2 * locus + 1];
    const int x = profile[2 * locus], y = profile[2 * locus + 1];
    if ((rule.counted >> locus & 1) == 0) continue;
    if (!is_compared(a, rule) || !is_compared(x, rule)) continue;
    const bool is_tolerant = rule.microvariant_tolerance != 0;
    const int least = min(cost(a, x, is_tolerant) + cost(b, y, is_tolerant),
                          cost(a, y, is_tolerant) + cost(b, x, is_tolerant));
    const int differing = least / DIFFERS;
    const bool is_wild = b == WILDCARD || y == WILDCARD;
    figures.compared += 1;
    figures.mismatching += differing;
    if (agrees(differing, a == b || x == y, rule.stringency)) {
      figures.matched += 1;
      if (!is_wild || rule.wildcard_counts_as_full != 0) figures.full += 1;
    } else {
      beyond += differing;
    }
    // The worst relation of any locus names the match.
    int relation = is_wild ? BY_WILDCARD : EQUAL;
    if (least != 0) relation = least % DIFFERS == 0 ? MICRO_VARIANT : MISMATCH;
    figures.quality = max(figures.quality, relation);
  }
  const bool is_match = figures.full >= rule.min_full_loci && beyond <= rule.mismatch_max;
  if (!is_match) figures.quality = NO_MATCH;
  return figures;
}

}  // namespace

extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
dna_survivors(const Word* bits, long long words, long long profiles, const int4* plans,
              const int* loci, int allowed, Word* alive, unsigned* counts) {
  __shared__ unsigned warp_sums[SCAN_WARPS];
  const int query = blockIdx.y;
  const long long word = static_cast<long long>(blockIdx.x) * SCAN_THREADS + threadIdx.x;
  Word found = 0;
  if (word < words) {
    found = survivors_of(bits, words, plans + query * SLOTS, loci[query], word, allowed);
    const long long last = profiles - word * WORD_BITS;
    // Some planes also have the bits past the last profile set.
    if (last < WORD_BITS) found &= (Word(1) << last) - 1;
    alive[query * words + word] = found;
  }
  unsigned total;
  block_scan(static_cast<unsigned>(__popcll(found)), warp_sums, total);
  if (threadIdx.x == 0) counts[query * gridDim.x + blockIdx.x] = total;
}

extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
dna_offsets(unsigned* counts, int tiles, unsigned* totals) {
  __shared__ unsigned warp_sums[SCAN_WARPS];
  const int query = blockIdx.x;
  const unsigned total = scan_tiles(counts + query * tiles, tiles, warp_sums);
  if (threadIdx.x == 0) totals[query] = total;
}

extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
dna_rows(const Word* alive, long long words, const unsigned* offsets, const int* order,
         unsigned room, long long* rows) {
  __shared__ unsigned warp_sums[SCAN_WARPS];
  const int query = blockIdx.y;
  const long long word = static_cast<long long>(blockIdx.x) * SCAN_THREADS + threadIdx.x;
  Word left = word < words ? alive[query * words + word] : 0;
  unsigned total;
  unsigned place = block_scan(static_cast<unsigned>(__popcll(left)), warp_sums, total);
  place += offsets[query * gridDim.x + blockIdx.x];
  for (; left != 0 && place < room; ++place) {
    const int bit = __ffsll(static_cast<long long>(left)) - 1;
    rows[static_cast<long long>(query) * room + place] = order[word * WORD_BITS + bit];
    left &= left - 1;
  }
}

extern "C" __global__ void __launch_bounds__(SCAN_THREADS)
dna_classify(const unsigned char* queries, const unsigned char* profiles, int loci,
             const long long* rows, const unsigned* totals, unsigned room, int min_full_loci,
             int mismatch_max, int microvariant_tolerance, unsigned counted,
             int wildcard_counts_as_full, int double_wildcard_compared, int stringency,
             unsigned char* figures) {
  const int query = blockIdx.y;
  const DnaRule rule = {min_full_loci,           mismatch_max,
                        microvariant_tolerance,  counted,
                        wildcard_counts_as_full, double_wildcard_compared,
                        stringency};
  const unsigned found = min(totals[query], room);
  const unsigned stride = gridDim.x * SCAN_THREADS;
  for (unsigned place = blockIdx.x * SCAN_THREADS + threadIdx.x; place < found; place += stride) {
    const long long row = rows[static_cast<long long>(query) * room + place];
    const Figures one =
        classify(queries + query * loci * 2, profiles + row * loci * 2, loci, rule);
    const int values[FIGURES] = {one.quality, one.compared, one.full, one.matched,
                                 one.mismatching};
    unsigned char* own = figures + static_cast<long long>(query) * FIGURES * room;
    for (int figure = 0; figure < FIGURES; ++figure) {
      own[static_cast<long long>(figure) * room + place] =
          static_cast<unsigned char>(values[figure]);
    }
  }
}
