// Every check of the machine: a small kernel that trips it, and one beside it that does not.
#include "text_kernel.hpp"

namespace ptx {
namespace {

using checks = machine_test;

/// %d9: the address of word %t of `base`.
std::string word_of(const std::string& base) {
  return "mul.wide.u32 %d8, %t, 4; add.s64 %d9, " + base + ", %d8;\n";
}
const std::string shared_words = ".shared .align 8 .b8 s[4096];\n";
const std::string shared_word = "mov.u32 %r8, s; shl.b32 %r9, %t, 2; add.s32 %r9, %r8, %r9;\n";

TEST_F(checks, right_kernels_trip_nothing) {
  EXPECT_EQ(run(kernel_text(word_of("%in") + "ld.global.u32 %r0, [%d9];" + word_of("%out") +
                            "st.global.u32 [%d9], %r0;")),
            "");
  EXPECT_EQ(get(32)[31], 31u);
}

TEST_F(checks, outside_of_an_allocation) {
  expect_fault(kernel_text("ld.global.u32 %r0, [%in+4096];"), "outside of every allocation");
  expect_fault(kernel_text("st.global.u32 [%out+-4], %t;"), "outside of every allocation");
  expect_fault(kernel_text("st.global.u64 [%out+4096], %d0;"), "outside of every allocation");
  expect_fault(kernel_text(shared_words + "mov.u32 %r0, s; st.shared.u32 [%r0+4096], %t;"),
               "outside of the block's shared memory");
  expect_fault(kernel_text(".local .align 8 .b8 l[16]; mov.u64 %d0, l; st.local.u32 [%d0+16], %t;"),
               "outside of local memory");
}

TEST_F(checks, alignment) {
  expect_fault(kernel_text("ld.global.u64 %d0, [%in+4];"), "not aligned");
  expect_fault(kernel_text("ld.global.v2.u32 {%r0, %r1}, [%in+4];"), "not aligned");
}

TEST_F(checks, memory_that_was_not_written) {
  expect_fault(kernel_text("ld.global.u32 %r0, [%out]; setp.eq.u32 %p0, %r0, 1;"),
               "uses memory that was not written");
  expect_fault(kernel_text(shared_words + shared_word +
                           "ld.shared.u32 %r0, [%r9]; setp.eq.u32 %p0, %r0, 1;"),
               "uses shared memory that the block has not written");
  expect_fault(kernel_text(".local .align 8 .b8 l[16]; mov.u64 %d0, l; ld.local.u32 %r0, [%d0]; "
                           "setp.eq.u32 %p0, %r0, 1;"),
               "uses local memory that was not written");
  EXPECT_EQ(run(kernel_text(
                "setp.ne.u32 %p0, %t, 0; @!%p0 mov.u32 %r0, -1; @!%p0 st.global.u32 [%out], %r0;"
                "@!%p0 ld.global.u32 %r1, [%out];")),
            "");  // all ones, but written
}

TEST_F(checks, what_is_read_early_and_not_used_is_no_fault) {
  const std::string read =
      "ld.global.u32 %r0, [%out]; add.u32 %r1, %r0, 1; setp.lt.u32 %p0, %t, 40;";
  EXPECT_EQ(run(kernel_text(read + "selp.b32 %r2, 7, %r1, %p0; setp.eq.u32 %p1, %r2, 7;")), "");
  EXPECT_EQ(run(kernel_text(read + "mov.u32 %r1, 7; setp.eq.u32 %p1, %r1, 7;")), "");
  expect_fault(kernel_text(read + "selp.b32 %r2, %r1, 7, %p0; setp.eq.u32 %p1, %r2, 7;"),
               "uses memory that was not written, read by ld.global.u32");
}

TEST_F(checks, what_the_block_before_left) {
  // block 0 writes its shared memory, block 1 reads it without
  expect_fault(kernel_text(shared_words + shared_word +
                           "setp.eq.u32 %p0, %b, 0; @%p0 st.shared.u32 [%r9], %t; bar.sync 0;"
                           "ld.shared.u32 %r0, [%r9]; setp.eq.u32 %p0, %r0, 1;"),
               "uses shared memory that the block has not written", 2);
}

TEST_F(checks, races_in_a_block) {
  const std::string neighbour = "xor.b32 %r7, %r9, 4; ";
  const auto exchange = [&](const std::string& between) {
    return kernel_text(shared_words + shared_word + neighbour + "st.shared.u32 [%r9], %t;" +
                       between + "ld.shared.u32 %r0, [%r7];");
  };
  expect_fault(exchange(""), "a race with the write of thread");
  EXPECT_EQ(run(exchange("bar.sync 0;"), 1, 64), "");
  EXPECT_EQ(run(exchange("bar.warp.sync -1;")), "");
  EXPECT_EQ(run(exchange("shfl.sync.bfly.b32 %r1, %t, 1, 31, -1;")), "");
  // of two warps only a barrier helps
  const auto far = [&](const std::string& between) {
    return kernel_text(shared_words + shared_word +
                       "xor.b32 %r7, %r9, 128; st.shared.u32 [%r9], %t;" + between +
                       "ld.shared.u32 %r0, [%r7];");
  };
  EXPECT_NE(run(far("bar.warp.sync -1;"), 1, 64), "");
  EXPECT_EQ(run(far("bar.sync 0;"), 1, 64), "");
}

TEST_F(checks, a_write_after_reads) {
  // all read word 0, then thread 0 writes it
  const auto text = [&](const std::string& between) {
    return kernel_text(shared_words +
                       "setp.eq.u32 %p0, %t, 0; mov.u32 %r8, s; @%p0 st.shared.u32 [%r8], %t;"
                       "bar.sync 0; ld.shared.u32 %r0, [%r8];" +
                       between + "@%p0 st.shared.u32 [%r8], %t;");
  };
  expect_fault(text(""), "a race with a read of thread");
  EXPECT_EQ(run(text("bar.sync 0;")), "");
}

TEST_F(checks, races_of_blocks) {
  expect_fault(kernel_text("st.global.u32 [%out], 7;"),
               "a race with the write of thread");  // equal values too
  expect_fault(kernel_text("setp.eq.u32 %p0, %t, 0; @%p0 st.global.u32 [%out], 7;"),
               "a race with the write of block", 2);
  EXPECT_EQ(run(kernel_text("setp.eq.u32 %p0, %t, 0; @%p0 st.volatile.global.u32 [%out], 7;"), 2),
            "");
  EXPECT_EQ(run(kernel_text("atom.global.add.u32 %r0, [%out], 1;"), 2), "");
  // one launch after the other is none
  const std::string alone = kernel_text("setp.eq.u32 %p0, %t, 0; @%p0 st.global.u32 [%out], 7;");
  EXPECT_EQ(run(alone), "");
  EXPECT_EQ(run(alone), "");
}

/// Block 0 writes word 1 and sets the flag, word 0; block 1 waits for the flag and reads word 1.
std::string message(const std::string& release, const std::string& acquire) {
  return kernel_text(
      "setp.ne.u32 %p0, %t, 0; @%p0 ret; setp.eq.u32 %p1, %b, 0; @!%p1 bra READER;\n"
      "st.global.u32 [%out+4], 5;\n" +
      release +
      "ret;\n"
      "READER: " +
      acquire +
      " setp.ne.u32 %p2, %r0, 1; @%p2 bra READER;\n"
      "ld.global.u32 %r1, [%out+4]; st.global.u32 [%out+8], %r1;");
}
TEST_F(checks, releasing_and_acquiring_order_what_blocks_do) {
  const auto cleared = [&] { put(out, std::vector<std::uint32_t>(words, 0)); };
  cleared();
  EXPECT_EQ(
      run(message("st.release.gpu.global.u32 [%out], 1;", "ld.acquire.gpu.global.u32 %r0, [%out];"),
          2),
      "");
  EXPECT_EQ(get()[2], 5u);
  cleared();
  EXPECT_EQ(run(message("fence.acq_rel.gpu; st.volatile.global.u32 [%out], 1;",
                        "ld.volatile.global.u32 %r0, [%out]; fence.acq_rel.gpu;"),
                2),
            "");
  cleared();  // nothing is released without a fence
  const std::string found = run(
      message("st.volatile.global.u32 [%out], 1;", "ld.acquire.gpu.global.u32 %r0, [%out];"), 2);
  EXPECT_NE(found.find("a race with the write of block 0"), std::string::npos) << found;
}

TEST_F(checks, barriers_that_not_all_reach) {
  expect_fault(kernel_text("setp.lt.u32 %p0, %t, 32; @%p0 ret; bar.sync 0;"),
               "a barrier that not all threads reach", 1, 64);
  expect_fault(
      kernel_text("setp.lt.u32 %p0, %t, 16; @%p0 bra A; bar.sync 0; bra.uni E; A: bar.sync 0; E:"),
      "lanes of a warp wait at different barriers");
  expect_fault(kernel_text("bar.sync 1, 64;"), "a barrier that not all threads reach");
  EXPECT_EQ(run(kernel_text("bar.sync 0; bar.sync 0;"), 3, 96), "");
}

TEST_F(checks, no_progress) {
  set_patience(100'000);
  expect_fault(
      kernel_text("L: ld.volatile.global.u32 %r0, [%in]; setp.eq.u32 %p0, %r0, 0; @%p0 bra L;"),
      "no progress");
  // a lane that waits for another of its warp, and blocks that wait for those behind them, go on
  put(out, std::vector<std::uint32_t>(words, 0));
  EXPECT_EQ(
      run(kernel_text(
          "setp.eq.u32 %p0, %t, 0; @!%p0 bra SET;\n"
          "L: ld.volatile.global.u32 %r0, [%out]; setp.eq.u32 %p1, %r0, 0; @%p1 bra L; bra.uni E;\n"
          "SET: st.volatile.global.u32 [%out], 1; E:")),
      "");
  put(out, std::vector<std::uint32_t>(words, 0));
  EXPECT_EQ(run(kernel_text(
                    "setp.ne.u32 %p3, %t, 0; @%p3 ret; atom.global.add.u32 %r0, [%out], 1;\n"
                    "L: ld.volatile.global.u32 %r0, [%out]; setp.lt.u32 %p1, %r0, 40; @%p1 bra L;"),
                40),
            "");
}

TEST_F(checks, a_launch_that_begins_early_must_wait) {
  const std::string write = kernel_text(word_of("%out") + "st.global.u32 [%d9], %t;");
  const auto add = [&](const std::string& wait) {
    return kernel_text(wait + word_of("%out") + "ld.global.u32 %r0, [%d9];");
  };
  const auto both = [&](const std::string& second, bool early) {
    const std::string first = run(write);
    return first + run(second, 1, 32, 0, 1, early);
  };
  EXPECT_EQ(both(add(""), false), "");
  EXPECT_EQ(both(add("griddepcontrol.wait;"), true), "");
  const std::string found = both(add(""), true);
  EXPECT_NE(found.find("without griddepcontrol.wait"), std::string::npos) << found;
}

TEST_F(checks, what_it_does_not_know) {
  EXPECT_THROW(run(kernel_text("frobnicate.f64 %g0, %g1;")), std::runtime_error);
  EXPECT_THROW(run(kernel_text("add.rn.sparkling.f64 %g0, %g0, %g1;")), std::runtime_error);
  EXPECT_THROW(run(kernel_text("ld.global.u32 %r0, [unknown];")), std::runtime_error);
}

TEST_F(checks, lanes_that_take_no_part) {
  expect_fault(
      kernel_text("setp.lt.u32 %p0, %t, 16; @!%p0 ret; shfl.sync.idx.b32 %r0, %t, 20, 31, 0xffff;"),
      "reads from a lane that takes no part");
  expect_fault(kernel_text("setp.lt.u32 %p0, %t, 16; @%p0 bra A; bar.sync 0; A: bar.warp.sync -1;"),
               "no progress");
}

}  // namespace
}  // namespace ptx
