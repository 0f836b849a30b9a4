// One stack of execution, entered and left by hand: what plays a CUDA thread on the host.
#pragma once

#include <sys/mman.h>

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace fibre {

constexpr std::size_t STACK_BYTES = 64 * 1024;
constexpr std::size_t PAGE_BYTES = 4096;

#if defined(__x86_64__)
// swapcontext asks the kernel for the signal mask at every switch, which costs nearly a
// microsecond; these fibres use no signals. The registers saved are those that a callee keeps by
// the System V convention; the control words of the floating-point units never change here.
extern "C" void fibre_switch_stacks(void** saved, void* next);
asm(R"(
.text
.local fibre_switch_stacks
.type fibre_switch_stacks, @function
fibre_switch_stacks:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size fibre_switch_stacks, .-fibre_switch_stacks
)");
#endif

// A stack with a page before it that may not be touched, so that an overflow stops at once.
class Stack {
 public:
  Stack() {
    void* pages = mmap(nullptr, PAGE_BYTES + STACK_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memory_ = pages == MAP_FAILED ? nullptr : static_cast<char*>(pages);
    if (memory_ != nullptr) mprotect(memory_, PAGE_BYTES, PROT_NONE);
  }
  ~Stack() {
    if (memory_ != nullptr) munmap(memory_, PAGE_BYTES + STACK_BYTES);
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  bool exists() const { return memory_ != nullptr; }
  char* bottom() const { return memory_ + PAGE_BYTES; }

 private:
  char* memory_;
};

// Where one party, the scheduler or a fibre, stopped and goes on when it is switched to.
class Context {
 public:
  // Makes the next switch to this context begin `entry` on the given stack.
  void prepare(const Stack& stack, void (*entry)()) {
    bottom_ = stack.bottom();
    bytes_ = STACK_BYTES;
#if defined(__SANITIZE_ADDRESS__)
    // A fibre that was abandoned in mid-call has left its frames marked.
    __asan_unpoison_memory_region(bottom_, STACK_BYTES);
#endif
#if defined(__x86_64__)
    void** top = reinterpret_cast<void**>(stack.bottom() + STACK_BYTES);
    // A called function expects its stack 8 bytes off a multiple of 16; its caller is nobody.
    *--top = nullptr;
    *--top = reinterpret_cast<void*>(entry);
    for (int kept = 0; kept < 6; ++kept) *--top = nullptr;
    stack_ = top;
#else
    getcontext(&context_);
    context_.uc_stack.ss_sp = stack.bottom();
    context_.uc_stack.ss_size = STACK_BYTES;
    context_.uc_link = nullptr;
    makecontext(&context_, entry, 0);
#endif
  }

  // Stops here, keeps the place in this context and goes on in `next`.
  void switch_to(Context& next) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&fake_, next.bottom_, next.bytes_);
#endif
#if defined(__x86_64__)
    fibre_switch_stacks(&stack_, next.stack_);
#else
    swapcontext(&context_, &next.context_);
#endif
    arrive(fake_, nullptr);
  }

  // The address sanitizer learns on which stack it is now; on a fibre's first entry also the
  // bounds of the stack that it came from.
  static void arrive([[maybe_unused]] void* fake, [[maybe_unused]] Context* from) {
#if defined(__SANITIZE_ADDRESS__)
    const void* bottom = nullptr;
    std::size_t bytes = 0;
    __sanitizer_finish_switch_fiber(fake, &bottom, &bytes);
    if (from != nullptr) {
      from->bottom_ = bottom;
      from->bytes_ = bytes;
    }
#endif
  }

 private:
#if defined(__x86_64__)
  void* stack_ = nullptr;
#else
  ucontext_t context_;
#endif
  void* fake_ = nullptr;
  const void* bottom_ = nullptr;
  std::size_t bytes_ = 0;
};

}  // namespace fibre
