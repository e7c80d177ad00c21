/*
 * Owns: how a coroutine of C++ is one of ours: what the core resumes and destroys, where an await puts its outcome, how an error ends it.
 * Must not know: which awaitables there are beyond a handle (task.hpp, caught.hpp...).
 *
 * The core knows a coroutine by its frame's first two words, which resume and destroy it, and by the caw__co behind them. Of a
 * coroutine of C++ it gets a frame of that kind, a shell, that is not the compiler's but stands in the promise. So it is awaited
 * inline, made a task, cancelled, named, drawn and closed as one of C's, by the same code; and when it is woken with an error, the
 * shell destroys the compiler's frame instead of resuming it: what stands there is destroyed, innermost first, as if it were thrown.
 */
#ifndef CAWAIT_PROMISE_HPP
#define CAWAIT_PROMISE_HPP

#include <atomic>
#include <cawait/own.hpp>
#include <coroutine>
#include <cstdlib>
#if defined(__cpp_exceptions)
#include <exception>
#endif

namespace caw::detail
{

struct shell {
    void (*resume)(void *shell);
    void (*destroy)(void *shell);
    caw__co co;
};
static_assert(offsetof(shell, co) == 2 * sizeof(void *), "as in a frame of the compiler's");

/* Where the program calls the library, for the checked build and for chains of awaits. */
struct place {
    const char *file;
    unsigned    line;
};

/*
 * What C has as a static object of each async function, and of each await that stands far below its first line (`far`): here there is
 * one of each that was called. Never freed.
 */
inline const caw__desc *describe(const char *name, place at, uint32_t shape, ptrdiff_t offset = 0,
                                 caw_error *(*refuse)(const caw_any *) = nullptr, unsigned far = 0) noexcept
{
    struct node {
        caw__below of;
        node      *next;
    };
    static std::atomic<node *> table[64];
    std::atomic<node *>       &first = table[((uintptr_t)name / 4 ^ at.line ^ far) % 64];
    node                      *known = first.load(std::memory_order_acquire);
    for (node *n = known; n; n = n->next) {
        const caw__desc &desc = n->of.function.desc;
        if (desc.name == name && desc.line == at.line && n->of.line == far && desc.shape == shape && desc.file == at.file)
            return &desc;
    }
    node *made = static_cast<node *>(std::malloc(sizeof(node)));
    if (!made) return nullptr;
    *made = {{far, {{name, at.file, at.line, shape}, offset, refuse}}, known};
    while (!first.compare_exchange_weak(made->next, made, std::memory_order_release)) {
    }
    return &made->of.function.desc;
}
/* Without memory for that: one for all of a shape. */
template <uint32_t shape> inline constexpr caw__desc nameless = {"a coroutine", "?", 0, shape};

/* Which errors an await gives instead of ending the coroutine. */
enum catches : uint8_t { CATCH_NONE, CATCH_STOP, CATCH_ALL };

/* The first part of every promise; a frame of the compiler's begins two words before it. */
struct running {
    caw__co  *co = nullptr;
    caw__slot slot;     /* of the await where it stands */
    unsigned  line = 0; /* of that await */
    bool      failed = false;
    catches   caught = CATCH_NONE;

    static constexpr size_t head = 2 * sizeof(void *);

    running() noexcept { slot.error = nullptr; }
    void born(caw__co *of) noexcept
    {
        co = of;
        co->kind = CAW__FRESH;
        co->state = co->depth = co->line = 0;
        co->defers = nullptr;
    }
    running(const running &) = delete;
    ~running()
    {
        if (co->defers) caw__defer_run(co);
    }

    std::coroutine_handle<> frame() noexcept { return std::coroutine_handle<>::from_address((char *)this - head); }
    shell                  *outside() const noexcept { return (shell *)(void *)((char *)co - head); }

    enum state { PENDING, DONE, FAILED };

    void at(place here) noexcept
    {
#ifdef CAW_CHECKED
        caw__check_at(here.file, here.line);
#endif
        unsigned from = here.line - co->desc->line;
        line = here.line;
        if (CAW__LIKELY(from < CAW__BELOW)) co->line = (uint8_t)from;
        else far();
    }
    void far() noexcept
    {
        caw__generator_desc of{*co->desc, 0, nullptr};
        if (co->state & CAW__GENERATOR) of = *(const caw__generator_desc *)(const void *)co->desc;
        const caw__desc *made = describe(of.desc.name, {of.desc.file, of.desc.line}, of.desc.shape, of.offset, of.refuse, line);
        if (made) co->desc = made;
        co->line = made ? CAW__BELOW : 0;
    }
    /* Whether what it is woken with ends it. */
    bool raises() const noexcept
    {
        if (CAW__LIKELY(!slot.error)) return false;
        return caught == CATCH_NONE || (caught == CATCH_STOP && !caw_error_is(slot.error, CAW_STOP_ASYNC_ITERATION));
    }
    /* Begins an await; consumes. */
    state begin(caw_any *any, void *out, place here, catches which = CATCH_NONE) noexcept
    {
        at(here);
        slot.waiter = (uintptr_t)co | CAW__INLINE;
        slot.error = nullptr;
        caught = which;
        if (caw__await(co, any, &slot, out)) return PENDING;
        return raises() ? FAILED : DONE;
    }
    /* Ends the coroutine, which stands at an await, with the error in its slot. */
    void end() noexcept { outside()->resume(outside()); }
    /* The same with this error. */
    void pass(caw_error *error, place here) noexcept
    {
        at(here);
        slot.error = error;
        caught = CATCH_NONE;
        end();
    }
    void raise(caw_error *error, place here) noexcept { pass(caw__raised(co, error), here); }

    void fail(caw_error *error) noexcept /* at its end */
    {
        failed = true;
        slot.error = error;
    }
    void                unhandled_exception() noexcept { fail(thrown()); }
    std::suspend_always initial_suspend() const noexcept { return {}; }

  private:
    static caw_error *thrown() noexcept
    {
#if defined(__cpp_exceptions)
        try {
            throw;
        } catch (const std::bad_alloc &) {
            return caw_error_from_code(-CAW_MEMORY_ERROR);
        } catch (const std::exception &e) {
            return caw__error_new(CAW_RUNTIME_ERROR, "%s", e.what());
        } catch (...) {
        }
#endif
        return caw__error_new(CAW_RUNTIME_ERROR, "a C++ exception");
    }
};

/* What a wrong co_await is taken for, so that it is the only error. */
struct mistaken : std::suspend_never {
    struct anything {
        template <class T> operator T() const;
    };
    anything await_resume() const noexcept;
};

/* What every promise takes a co_await of: handles, and what says itself how it is awaited (await_in). */
struct awaiting : running {
    template <class R>
    auto await_transform(R (*handle)(caw_any *), const char *file = __builtin_FILE(),
                         unsigned line = __builtin_LINE()) noexcept;
    template <class A>
    auto await_transform(A &&awaitable, const char *file = __builtin_FILE(), unsigned line = __builtin_LINE()) noexcept
    {
        if constexpr (requires(place here) { std::forward<A>(awaitable).await_in(this, here); })
            return std::forward<A>(awaitable).await_in(this, place{file, line});
        else {
            static_assert(!std::is_same_v<A, A>,
                          "co_await takes a handle (caw_of), a caw::future, a coroutine that is given over "
                          "(co_await f(), co_await std::move(task)) and what cawait.hpp makes");
            return mistaken{};
        }
    }
};

/* The promise of an async function: its shell, and the way to its end. */
struct once : awaiting, shell {
    once() noexcept : shell{resume_it, destroy_it, {}} { born(&(this->shell::co)); }

    static once *of(void *at) noexcept { return static_cast<once *>(static_cast<shell *>(at)); }
    static void  destroy_it(void *at) noexcept { of(at)->frame().destroy(); }
    static void  resume_it(void *at) noexcept
    {
        once *self = of(at);
        if (CAW__UNLIKELY(self->raises())) self->leave(self->slot.error);
        else self->frame().resume();
    }
    /* First all that is in the frame is destroyed, then who awaits is told. */
    __attribute__((noinline)) void leave(caw_error *error) noexcept
    {
        caw__slot *to = running::co->slot;
        if (error) error = caw__error_leaves(running::co, error, line);
        frame().destroy();
        if (error) to->error = error;
        caw__finish(to);
    }

    struct last {
        bool                    await_ready() const noexcept { return false; }
        template <class P> void await_suspend(std::coroutine_handle<P> frame) const noexcept
        {
            once &self = frame.promise();
            self.leave(self.failed ? self.slot.error : nullptr);
        }
        void await_resume() const noexcept {}
    };
    last         final_suspend() noexcept { return {}; }
    static void *operator new(size_t size) noexcept { return caw__frame_new(rounded(size)); }
    static void  operator delete(void *frame, size_t size) noexcept
    {
        CAW__FREE(&static_cast<once *>(static_cast<void *>((char *)frame + head))->shell::co, frame, rounded(size));
    }

  private:
    static constexpr size_t rounded(size_t size) { return (size + 15) & ~(size_t)15; }
};

template <class T> struct returning : once {
    template <class U = T> void return_value(U &&from) noexcept
    {
        raw<T> result = carried<T>::give(T(std::forward<U>(from)));
        if constexpr (std::is_same_v<raw<T>, box<T> *>) {
            if (!result) return fail(caw_error_from_code(-CAW_MEMORY_ERROR));
        }
        void *out = running::co->out;
        if (CAW__LIKELY(out != nullptr)) __builtin_memcpy(out, &result, sizeof result);
        else caw__result_drop(caw__shape<raw<T>>(), &result);
    }
};
template <> struct returning<void> : once {
    void return_void() noexcept {}
};

/* Of a function that gives a T as a `Made`: a task, or a handle of C's. */
template <class T, class Made> struct promise : returning<T> {
    Made get_return_object(const char *name = __builtin_FUNCTION(), const char *file = __builtin_FILE(),
                           unsigned line = __builtin_LINE()) noexcept
    {
        constexpr uint32_t shape = caw__shape<raw<T>>();
        const caw__desc   *desc = describe(name, {file, line}, caw__shared_shape(shape));
        this->running::co->desc = desc ? desc : &nameless<shape>;
        CAW__BORN(this->running::co);
        return Made(reinterpret_cast<handle<T>>(this->running::co));
    }
    static Made get_return_object_on_allocation_failure() noexcept { return Made(reinterpret_cast<handle<T>>(caw__no_memory)); }
};

/* An await of a handle: what it gives is made of what C's gives. */
template <class R> struct await_handle {
    running       *self;
    caw_any       *any;
    place          here;
    running::state state = running::PENDING;
    alignas(caw__stored<R>) unsigned char out[sizeof(caw__stored<R>)];

    await_handle(running *of, R (*handle)(caw_any *), place at) noexcept : self(of), any((caw_any *)handle), here(at) {}
    bool await_ready() noexcept
    {
        state = self->begin(any, out, here);
        return state == running::DONE;
    }
    void await_suspend(std::coroutine_handle<>) noexcept
    {
        if (CAW__UNLIKELY(state == running::FAILED)) self->end();
    }
    typename given<R>::type await_resume() noexcept
    {
        if constexpr (!std::is_void_v<R>) {
            R result;
            __builtin_memcpy(&result, out, sizeof result);
            return given<R>::take(result);
        }
    }
};
template <class R> auto awaiting::await_transform(R (*handle)(caw_any *), const char *file, unsigned line) noexcept
{
    return await_handle<R>(this, handle, place{file, line});
}

} // namespace caw::detail

/* A function that returns a handle of C's can be a coroutine, too: extern "C" caw_of(int) f(int n) { co_return n; } */
template <class R, class... A> struct std::coroutine_traits<R (*)(caw_any *), A...> {
    typedef caw::detail::promise<R, R (*)(caw_any *)> promise_type;
};

#endif
