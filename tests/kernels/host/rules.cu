// Kernels that keep or break one rule of the programming model each.

extern "C" __global__ void neighbours(const int* in, int* out) {
  __shared__ int cells[64];
  cells[threadIdx.x] = in[blockIdx.x * 64 + threadIdx.x];
  __syncthreads();
  out[blockIdx.x * 64 + threadIdx.x] = cells[(threadIdx.x + 1) % 64];
}

extern "C" __global__ void neighbours_without_barrier(const int* in, int* out) {
  __shared__ int cells[64];
  cells[threadIdx.x] = in[blockIdx.x * 64 + threadIdx.x];
  out[blockIdx.x * 64 + threadIdx.x] = cells[(threadIdx.x + 1) % 64];
}

extern "C" __global__ void unset_cells(int* out) {
  __shared__ int cells[2];
  out[2 * blockIdx.x] = cells[0];
  out[2 * blockIdx.x + 1] = cells[1];
  cells[0] = cells[1] = 0;
}

extern "C" __global__ void warp_sums(const int* in, int* out) {
  int sum = in[threadIdx.x];
  for (int lanes = 16; lanes > 0; lanes /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, lanes);
  out[threadIdx.x] = sum;
}

extern "C" __global__ void halves_of_a_warp(int* out) {
  const unsigned mask = threadIdx.x < 16 ? 0x0000ffffu : 0xffff0000u;
  if (threadIdx.x < 16) {
    out[threadIdx.x] = __popc(__ballot_sync(mask, threadIdx.x % 2));
  } else {
    out[threadIdx.x] = __popc(__ballot_sync(mask, 1));
  }
}

extern "C" __global__ void mask_without_self(int* out) {
  out[threadIdx.x] = __popc(__ballot_sync(0x7fffffffu, 1));
}

extern "C" __global__ void masks_that_differ(int* out) {
  out[threadIdx.x] = __popc(__ballot_sync(threadIdx.x < 16 ? 0xffffffffu : 0xffff0000u, 1));
}

extern "C" __global__ void operations_that_differ(int* out) {
  out[threadIdx.x] = threadIdx.x < 16 ? __shfl_sync(0xffffffffu, 1, 0)
                                      : static_cast<int>(__ballot_sync(0xffffffffu, 1));
}

extern "C" __global__ void shuffle_from_outside(int* out) {
  if (threadIdx.x < 16) out[threadIdx.x] = __shfl_sync(0x0000ffffu, 1, 20);
}

extern "C" __global__ void barrier_of_some(int* out) {
  if (threadIdx.x < 40) __syncthreads();
  out[threadIdx.x] = 1;
}

extern "C" __global__ void partner_that_left(int* out) {
  if (threadIdx.x == 3) return;
  out[threadIdx.x] = __popc(__ballot_sync(0xffffffffu, 1));
}

extern "C" __global__ void count_threads(int* count, unsigned* order) {
  order[atomicAdd(count, 1)] = blockIdx.x * 4 + threadIdx.x;
}
