// The BLAS and LAPACK routines that the host back end calls, by their Fortran names, with one
// overload set over the four element types. Hidden lengths of character arguments included.
#pragma once

#include <complex>
#include <cstddef>

namespace tubal::detail::lapack {

using integer = int;
using length = std::size_t;

// X(prefix, element, real)
#define TUBAL_REAL_TYPES(X) X(s, float, float) X(d, double, double)
#define TUBAL_COMPLEX_TYPES(X) X(c, std::complex<float>, float) X(z, std::complex<double>, double)

extern "C" {
#define TUBAL_DECLARE(p, E, T)                                                                   \
  void p##gemm_(const char*, const char*, const integer*, const integer*, const integer*,        \
                const E*, const E*, const integer*, const E*, const integer*, const E*, E*,      \
                const integer*, length, length);                                                 \
  void p##gemv_(const char*, const integer*, const integer*, const E*, const E*, const integer*, \
                const E*, const integer*, const E*, E*, const integer*, length);                 \
  void p##gelqf_(const integer*, const integer*, E*, const integer*, E*, E*, const integer*,     \
                 integer*);                                                                      \
  void p##getrf_(const integer*, const integer*, E*, const integer*, integer*, integer*);        \
  void p##potrf_(const char*, const integer*, E*, const integer*, integer*, length);             \
  void p##trsm_(const char*, const char*, const char*, const char*, const integer*,              \
                const integer*, const E*, const E*, const integer*, E*, const integer*, length,  \
                length, length, length);
TUBAL_REAL_TYPES(TUBAL_DECLARE)
TUBAL_COMPLEX_TYPES(TUBAL_DECLARE)
#undef TUBAL_DECLARE

#define TUBAL_DECLARE(p, E, T)                                                                     \
  void p##syrk_(const char*, const char*, const integer*, const integer*, const T*, const E*,      \
                const integer*, const T*, E*, const integer*, length, length);                     \
  void p##syev_(const char*, const char*, const integer*, E*, const integer*, T*, E*,              \
                const integer*, integer*, length, length);                                         \
  void p##syevd_(const char*, const char*, const integer*, E*, const integer*, T*, E*,             \
                 const integer*, integer*, const integer*, integer*, length, length);              \
  void p##gesvd_(const char*, const char*, const integer*, const integer*, E*, const integer*, T*, \
                 E*, const integer*, E*, const integer*, E*, const integer*, integer*, length,     \
                 length);                                                                          \
  void p##gesdd_(const char*, const integer*, const integer*, E*, const integer*, T*, E*,          \
                 const integer*, E*, const integer*, E*, const integer*, integer*, integer*,       \
                 length);                                                                          \
  void p##orglq_(const integer*, const integer*, const integer*, E*, const integer*, const E*, E*, \
                 const integer*, integer*);
TUBAL_REAL_TYPES(TUBAL_DECLARE)
#undef TUBAL_DECLARE

#define TUBAL_DECLARE(p, E, T)                                                                     \
  void p##herk_(const char*, const char*, const integer*, const integer*, const T*, const E*,      \
                const integer*, const T*, E*, const integer*, length, length);                     \
  void p##heev_(const char*, const char*, const integer*, E*, const integer*, T*, E*,              \
                const integer*, T*, integer*, length, length);                                     \
  void p##heevd_(const char*, const char*, const integer*, E*, const integer*, T*, E*,             \
                 const integer*, T*, const integer*, integer*, const integer*, integer*, length,   \
                 length);                                                                          \
  void p##gesvd_(const char*, const char*, const integer*, const integer*, E*, const integer*, T*, \
                 E*, const integer*, E*, const integer*, E*, const integer*, T*, integer*, length, \
                 length);                                                                          \
  void p##gesdd_(const char*, const integer*, const integer*, E*, const integer*, T*, E*,          \
                 const integer*, E*, const integer*, E*, const integer*, T*, integer*, integer*,   \
                 length);                                                                          \
  void p##unglq_(const integer*, const integer*, const integer*, E*, const integer*, const E*, E*, \
                 const integer*, integer*);
TUBAL_COMPLEX_TYPES(TUBAL_DECLARE)
#undef TUBAL_DECLARE
}

#define TUBAL_OVERLOAD(p, E, T)                                                                   \
  inline void gemm(char ta, char tb, integer m, integer n, integer k, E alpha, const E* a,        \
                   integer lda, const E* b, integer ldb, E beta, E* c, integer ldc) {             \
    p##gemm_(&ta, &tb, &m, &n, &k, &alpha, a, &lda, b, &ldb, &beta, c, &ldc, 1, 1);               \
  }                                                                                               \
  inline void gemv(char t, integer m, integer n, E alpha, const E* a, integer lda, const E* x,    \
                   E beta, E* y) {                                                                \
    const integer one = 1;                                                                        \
    p##gemv_(&t, &m, &n, &alpha, a, &lda, x, &one, &beta, y, &one, 1);                            \
  }                                                                                               \
  inline integer gelqf(integer m, integer n, E* a, integer lda, E* tau, E* work, integer lwork) { \
    integer info = 0;                                                                             \
    p##gelqf_(&m, &n, a, &lda, tau, work, &lwork, &info);                                         \
    return info;                                                                                  \
  }                                                                                               \
  inline integer getrf(integer m, integer n, E* a, integer lda, integer* pivots) {                \
    integer info = 0;                                                                             \
    p##getrf_(&m, &n, a, &lda, pivots, &info);                                                    \
    return info;                                                                                  \
  }                                                                                               \
  inline integer potrf(integer n, E* a, integer lda) {                                            \
    const char lower = 'L';                                                                       \
    integer info = 0;                                                                             \
    p##potrf_(&lower, &n, a, &lda, &info, 1);                                                     \
    return info;                                                                                  \
  }                                                                                               \
  inline void trsm(char uplo, char trans, char diag, integer m, integer n, const E* a,            \
                   integer lda, E* b, integer ldb) {                                              \
    const char left = 'L';                                                                        \
    const E one = 1;                                                                              \
    p##trsm_(&left, &uplo, &trans, &diag, &m, &n, &one, a, &lda, b, &ldb, 1, 1, 1, 1);            \
  }
TUBAL_REAL_TYPES(TUBAL_OVERLOAD)
TUBAL_COMPLEX_TYPES(TUBAL_OVERLOAD)
#undef TUBAL_OVERLOAD

// Real routines take no `rwork`; it is accepted and left alone, so that callers need one text.
#define TUBAL_OVERLOAD(p, E, T)                                                                    \
  inline void herk(integer n, integer k, const E* a, integer lda, E* c, integer ldc) {             \
    const char lower = 'L', plain = 'N';                                                           \
    const T one = 1, zero = 0;                                                                     \
    p##syrk_(&lower, &plain, &n, &k, &one, a, &lda, &zero, c, &ldc, 1, 1);                         \
  }                                                                                                \
  inline integer heev(char jobz, integer n, E* a, integer lda, T* w, E* work, integer lwork, T*) { \
    const char lower = 'L';                                                                        \
    integer info = 0;                                                                              \
    p##syev_(&jobz, &lower, &n, a, &lda, w, work, &lwork, &info, 1, 1);                            \
    return info;                                                                                   \
  }                                                                                                \
  inline integer heevd(integer n, E* a, integer lda, T* w, E* work, integer lwork, T*, integer,    \
                       integer* iwork, integer liwork) {                                           \
    const char lower = 'L', with = 'V';                                                            \
    integer info = 0;                                                                              \
    p##syevd_(&with, &lower, &n, a, &lda, w, work, &lwork, iwork, &liwork, &info, 1, 1);           \
    return info;                                                                                   \
  }                                                                                                \
  inline integer gesvd(char job, integer m, integer n, E* a, integer lda, T* s, E* u, integer ldu, \
                       E* vh, integer ldvh, E* work, integer lwork, T*) {                          \
    integer info = 0;                                                                              \
    p##gesvd_(&job, &job, &m, &n, a, &lda, s, u, &ldu, vh, &ldvh, work, &lwork, &info, 1, 1);      \
    return info;                                                                                   \
  }                                                                                                \
  inline integer gesdd(char job, integer m, integer n, E* a, integer lda, T* s, E* u, integer ldu, \
                       E* vh, integer ldvh, E* work, integer lwork, T*, integer* iwork) {          \
    integer info = 0;                                                                              \
    p##gesdd_(&job, &m, &n, a, &lda, s, u, &ldu, vh, &ldvh, work, &lwork, iwork, &info, 1);        \
    return info;                                                                                   \
  }                                                                                                \
  inline integer unglq(integer m, integer n, integer k, E* a, integer lda, const E* tau, E* work,  \
                       integer lwork) {                                                            \
    integer info = 0;                                                                              \
    p##orglq_(&m, &n, &k, a, &lda, tau, work, &lwork, &info);                                      \
    return info;                                                                                   \
  }
TUBAL_REAL_TYPES(TUBAL_OVERLOAD)
#undef TUBAL_OVERLOAD

#define TUBAL_OVERLOAD(p, E, T)                                                                    \
  inline void herk(integer n, integer k, const E* a, integer lda, E* c, integer ldc) {             \
    const char lower = 'L', plain = 'N';                                                           \
    const T one = 1, zero = 0;                                                                     \
    p##herk_(&lower, &plain, &n, &k, &one, a, &lda, &zero, c, &ldc, 1, 1);                         \
  }                                                                                                \
  inline integer heev(char jobz, integer n, E* a, integer lda, T* w, E* work, integer lwork,       \
                      T* rwork) {                                                                  \
    const char lower = 'L';                                                                        \
    integer info = 0;                                                                              \
    p##heev_(&jobz, &lower, &n, a, &lda, w, work, &lwork, rwork, &info, 1, 1);                     \
    return info;                                                                                   \
  }                                                                                                \
  inline integer heevd(integer n, E* a, integer lda, T* w, E* work, integer lwork, T* rwork,       \
                       integer lrwork, integer* iwork, integer liwork) {                           \
    const char lower = 'L', with = 'V';                                                            \
    integer info = 0;                                                                              \
    p##heevd_(&with, &lower, &n, a, &lda, w, work, &lwork, rwork, &lrwork, iwork, &liwork, &info,  \
              1, 1);                                                                               \
    return info;                                                                                   \
  }                                                                                                \
  inline integer gesvd(char job, integer m, integer n, E* a, integer lda, T* s, E* u, integer ldu, \
                       E* vh, integer ldvh, E* work, integer lwork, T* rwork) {                    \
    integer info = 0;                                                                              \
    p##gesvd_(&job, &job, &m, &n, a, &lda, s, u, &ldu, vh, &ldvh, work, &lwork, rwork, &info, 1,   \
              1);                                                                                  \
    return info;                                                                                   \
  }                                                                                                \
  inline integer gesdd(char job, integer m, integer n, E* a, integer lda, T* s, E* u, integer ldu, \
                       E* vh, integer ldvh, E* work, integer lwork, T* rwork, integer* iwork) {    \
    integer info = 0;                                                                              \
    p##gesdd_(&job, &m, &n, a, &lda, s, u, &ldu, vh, &ldvh, work, &lwork, rwork, iwork, &info, 1); \
    return info;                                                                                   \
  }                                                                                                \
  inline integer unglq(integer m, integer n, integer k, E* a, integer lda, const E* tau, E* work,  \
                       integer lwork) {                                                            \
    integer info = 0;                                                                              \
    p##unglq_(&m, &n, &k, a, &lda, tau, work, &lwork, &info);                                      \
    return info;                                                                                   \
  }
TUBAL_COMPLEX_TYPES(TUBAL_OVERLOAD)
#undef TUBAL_OVERLOAD

#undef TUBAL_REAL_TYPES
#undef TUBAL_COMPLEX_TYPES

}  // namespace tubal::detail::lapack
