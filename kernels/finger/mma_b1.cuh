// The one-bit tensor-core product of a warp: 16 rows by 8 columns of 256 bits, AND and count.
//
// Lane l holds, with g = l / 4 and t = l % 4, of rows g and g + 8 and of column g the bits that the
// instruction numbers 32t..32t+31 and 128+32t..128+32t+31, and receives columns 2t and 2t + 1 of
// rows g and g + 8. As both operands number their bits alike, any two words of a code may stand
// there. Source: PTX ISA, matrix fragments for mma.m16n8k256 of type .b1.
//
// MMA_B1_IS_NATIVE says that the wrapper is here: for compute capabilities 8.0 to 9.0, and for the
// host, which imitates it. Before them there is no such instruction; after them the assembler puts
// in its place a long routine, slower than counting word by word.
#pragma once

#if !defined(__CUDA_ARCH__) || (__CUDA_ARCH__ >= 800 && __CUDA_ARCH__ < 1000)
#define MMA_B1_IS_NATIVE

struct BitRows {
  unsigned upper_first, lower_first, upper_second, lower_second;  // "lower" is row g + 8
};

struct BitColumn {
  unsigned first, second;
};

struct Counts {
  int upper[2], lower[2];  // columns 2t and 2t + 1
};

#if defined(__CUDA_ARCH__)

__device__ __forceinline__ Counts mma_b1(BitRows a, BitColumn b, const int (&start)[2]) {
  Counts d;
  // Volatile, so that it stays where the whole warp is together.
  asm volatile(
      "mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.and.popc "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%10, %11, %10, %11};"
      : "=r"(d.upper[0]), "=r"(d.upper[1]), "=r"(d.lower[0]), "=r"(d.lower[1])
      : "r"(a.upper_first), "r"(a.lower_first), "r"(a.upper_second), "r"(a.lower_second),
        "r"(b.first), "r"(b.second), "r"(start[0]), "r"(start[1]));
  return d;
}

#else

namespace fibre {

inline void exchange_mma_b1(Fibre* lanes, unsigned) {
  for (unsigned lane = 0; lane < WARP_LANES; ++lane) {
    for (unsigned place = 0; place < 4; ++place) {
      const unsigned row = lane / 4 + 8 * (place / 2), column = 2 * (lane % 4) + place % 2;
      uint32_t count = 0;
      for (unsigned t = 0; t < 4; ++t) {
        const uint32_t* a = lanes[4 * (row % 8) + t].in;
        const uint32_t* b = lanes[4 * column + t].in + 4;
        count += __builtin_popcount(a[row / 8] & b[0]) + __builtin_popcount(a[row / 8 + 2] & b[1]);
      }
      lanes[lane].out[place] = count;
    }
  }
}

}  // namespace fibre

inline Counts mma_b1(BitRows a, BitColumn b, const int (&start)[2]) {
  fibre::Fibre& self = *fibre::grid.current;
  const uint32_t operands[] = {a.upper_first, a.lower_first, a.upper_second,
                               a.lower_second, b.first, b.second};
  memcpy(self.in, operands, sizeof operands);
  fibre::meet("mma_b1", fibre::exchange_mma_b1, 0xffffffffu);
  const int* counts = reinterpret_cast<const int*>(self.out);
  return {{start[0] + counts[0], start[1] + counts[1]},
          {start[0] + counts[2], start[1] + counts[3]}};
}

#endif  // who multiplies

#endif  // MMA_B1_IS_NATIVE
