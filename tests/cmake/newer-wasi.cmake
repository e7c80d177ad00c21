# Debian's clang-19 and a newer wasi-libc than its own (WASI_LIBC is the tree's usr folder), in the manner of a wasi-sdk's toolchain files;
# WASI_TARGET is wasm32-wasip1 or wasm32-wasip2. Of the latter comes a core module, as wasm-component-ld is not there.
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_VERSION 1)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES WASI_LIBC WASI_TARGET)
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_C_COMPILER_TARGET ${WASI_TARGET})
set(CMAKE_AR llvm-ar-19)
set(CMAKE_RANLIB llvm-ranlib-19)
set(CMAKE_SYSROOT ${WASI_LIBC})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_C_FLAGS_INIT "-nostdlibinc -isystem ${WASI_LIBC}/include/${WASI_TARGET}")
# With -O0 at the end clang does not run wasm-opt on what is linked, which npm has on the PATH: seconds for each program. (By --no-wasm-opt
# clang 19 links nothing.)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-fuse-ld=lld -nodefaultlibs -O0")
set(CMAKE_C_STANDARD_LIBRARIES "-lc /usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a")
set(CMAKE_C_COMPILER_WORKS TRUE)
