/*
 * Owns: async generators in C++: coroutines that co_yield, references to generators, loops over them.
 * Must not know: how an async function goes (promise.hpp).
 *
 *     caw::generator<int> countdown(int from)
 *     {
 *         for (int i = from; i > 0; i--) {
 *             co_await caw_sleep(1);
 *             co_yield i;
 *         }
 *     }
 *
 *     auto numbers = countdown(3);                               // or of C's: caw::generator numbers{c_countdown(3)};
 *     while (std::optional<int> i = co_await numbers.next()) printf("%d\n", *i);
 */
#ifndef CAWAIT_GENERATOR_HPP
#define CAWAIT_GENERATOR_HPP

#include <cawait/caught.hpp>

namespace caw
{

/* For a co_yield that gives what is thrown there, see below. */
template <class T> struct caught_item {
    T item;
};
template <class T> caught_item(T) -> caught_item<T>;

namespace detail
{

/* The next item; nothing at the end. */
template <class R> struct await_next : await_handle<R> {
    typedef typename given<R>::type type;
    using await_handle<R>::await_handle;
    bool await_ready() noexcept
    {
        this->state = this->self->begin(this->any, this->out, this->here, CATCH_STOP);
        return this->state == running::DONE;
    }
    std::optional<type> await_resume() noexcept
    {
        if (!this->self->slot.error) return await_handle<R>::await_resume();
        caw_unref(std::exchange(this->self->slot.error, nullptr));
        return std::nullopt;
    }
};
template <class R> struct next_handle : unawaited<R> {
    using unawaited<R>::unawaited;
    await_next<R> await_in(running *in, place here) && noexcept { return {in, this->release(), here}; }
};

/* The frame that the core knows, in front of the compiler's, in one block: it stays until the last reference is gone. */
struct alignas(16) kept {
    shell         own;
    caw_generator generator;
    size_t        size;
    bool          yielded, alive; /* stands at a co_yield; the compiler's frame is there */
};

struct many : awaiting {
    kept *outer() noexcept { return (kept *)(void *)((char *)this - head) - 1; }

    static void destroy_it(void *at) noexcept
    {
        kept *self = static_cast<kept *>(at);
        if (self->alive) inner(self)->frame().destroy();
        release(self);
    }
    static void resume_it(void *at) noexcept
    {
        kept *outer = static_cast<kept *>(at);
        many *self = inner(outer);
        if (!outer->generator.begun) caw__generator_begin(&outer->generator);
        if (std::exchange(outer->yielded, false)) {
            self->slot.error = nullptr;
            if (outer->generator.thrown)
                self->slot.error = caw__error_chained(self->co, caw__generator_take(&outer->generator));
        }
        if (CAW__UNLIKELY(self->raises())) self->leave(self->slot.error);
        else self->frame().resume();
    }
    __attribute__((noinline)) void leave(caw_error *error) noexcept
    {
        kept *self = outer();
        if (error) error = caw__error_leaves(co, error, line);
        caw__slot *to = co->slot;
        frame().destroy();
        self->own.co.kind = CAW__EXHAUSTED;
        to->error = caw__generator_end(&self->generator, error);
        caw__finish(to);
        if (--self->generator.object.refs) return;
        caw__generator_clear(&self->generator);
        release(self);
    }

    struct last {
        bool                    await_ready() const noexcept { return false; }
        template <class P> void await_suspend(std::coroutine_handle<P> frame) const noexcept
        {
            many &self = frame.promise();
            self.leave(self.failed ? self.slot.error : nullptr);
        }
        void await_resume() const noexcept {}
    };
    last final_suspend() noexcept { return {}; }
    void return_void() noexcept {}

    static void *operator new(size_t size) noexcept
    {
        size_t all = sizeof(kept) + ((size + 15) & ~(size_t)15);
        kept  *self = static_cast<kept *>(caw__frame_new(all));
        if (!self) return nullptr;
        self->size = all;
        return self + 1;
    }
    static void operator delete(void *frame, size_t) noexcept { (static_cast<kept *>(frame) - 1)->alive = false; }

  protected:
    void born_as(const caw__desc *desc) noexcept
    {
        kept *self = outer();
        self->own = {resume_it, destroy_it, {}};
        self->yielded = false;
        self->alive = true;
        born(&self->own.co);
        co->desc = desc;
        CAW__BORN(co);
        co->state = CAW__GENERATOR;
        caw_generator *g = &self->generator;
        *g = caw_generator{};
        g->object.kind = CAW__OBJECT;
#ifdef CAW_CHECKED
        g->object.flags = (uint16_t)(caw__check_thread() << 4);
#endif
        g->object.refs = 1;
        g->object.type = &caw__generator_type;
        g->next = (caw_any *)co;
    }

  private:
    static many *inner(kept *self) noexcept { return (many *)(void *)((char *)(self + 1) + head); }
    static void  release(kept *self) noexcept
    {
        size_t size = self->size;
        CAW__FREE(&self->own.co, self, size);
    }
};

/* Gives an item, and stands there until the next is asked for. */
template <class R> struct giving {
    many *self;
    R     item;
    bool  catching;
    place here;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept
    {
        if constexpr (is_box<R>) {
            if (!item) return self->raise(caw_error_from_code(-CAW_MEMORY_ERROR), here);
        }
        kept *outer = self->outer();
        self->at(here);
        if (CAW__LIKELY(outer->own.co.out != nullptr)) __builtin_memcpy(outer->own.co.out, &item, sizeof item);
        else caw__result_drop(caw__shape<R>(), &item);
        self->caught = catching ? CATCH_ALL : CATCH_NONE;
        outer->yielded = true;
        outer->own.co.kind = CAW__FRESH;
        caw__finish(outer->own.co.slot);
        if (CAW__UNLIKELY(--outer->generator.object.refs == 0)) caw__generator_idle(&outer->generator);
    }
};
template <class R> struct yielding : giving<R> {
    void await_resume() const noexcept {}
};
template <class R> struct yielding_caught : giving<R> {
    result<void> await_resume() const noexcept
    {
        if (this->self->slot.error) return error(std::exchange(this->self->slot.error, nullptr));
        return '\0';
    }
};
template <class T, class Made> struct generates : many {
    Made get_return_object(const char *name = __builtin_FUNCTION(), const char *file = __builtin_FILE(),
                           unsigned line = __builtin_LINE()) noexcept
    {
        constexpr uint32_t  shape = caw__shape<raw<T>>();
        constexpr ptrdiff_t offset = offsetof(kept, generator) - offsetof(kept, own) - offsetof(shell, co);
        (void)caw__shared_shape(shape);
        const caw__desc                 *desc = describe(name, {file, line}, shape, offset, caw__generator_refuse);
        static const caw__generator_desc nameless = {{"a generator", "?", 0, shape}, offset, caw__generator_refuse};
        born_as(desc ? desc : &nameless.desc);
        return Made(reinterpret_cast<raw<T> (*)(caw_generator *)>(&outer()->generator));
    }
    static Made get_return_object_on_allocation_failure() noexcept
    {
        return Made(reinterpret_cast<raw<T> (*)(caw_generator *)>(&caw__no_generator));
    }
    template <class U = T>
    yielding<raw<T>> yield_value(U &&from, const char *file = __builtin_FILE(), unsigned line = __builtin_LINE()) noexcept
    {
        return {{this, carried<T>::give(T(std::forward<U>(from))), false, {file, line}}};
    }
    template <class U>
    yielding_caught<raw<T>> yield_value(caught_item<U> from, const char *file = __builtin_FILE(),
                                        unsigned line = __builtin_LINE()) noexcept
    {
        return {{this, carried<T>::give(T(std::move(from.item))), true, {file, line}}};
    }
};

} // namespace detail

/*
 * caw::generator<T>: one reference to an async generator of Ts, of C's or of a coroutine that co_yields them; it ends by its end or
 * co_return. It goes where C's handle does: caw_anext(g), caw_asend, caw_athrow, caw_aclose. An error ends it where it stands; so does
 * what is thrown at a co_yield, unless it is `caw::result<void> r = co_yield caw::caught_item{x};`, which gives that error, for cleanup
 * that waits. The last reference to one that stands at a co_yield closes it in a task of its own; better close it where you are, by
 * co_await caw_aclose(g), or loop by caw::each.
 *
 * co_await g.next(): a std::optional of the next item; nothing at the end. Errors are raised. Source: async for.
 */
template <class T> class [[nodiscard]] generator
{
    typedef detail::raw<T> (*handle)(caw_generator *);
    handle held;

  public:
    typedef detail::generates<T, generator> promise_type;
    explicit generator(handle owned) noexcept : held(owned) {}
    generator(const generator &other) noexcept : held(caw_ref(other.held)) {}
    generator(generator &&other) noexcept : held(other.release()) {}
    generator &operator=(generator other) noexcept
    {
        std::swap(held, other.held);
        return *this;
    }
    ~generator()
    {
        if (held) caw_unref((void *)held);
    }
    handle               get() const noexcept { return held; }
    [[nodiscard]] handle release() noexcept { return std::exchange(held, nullptr); }
    operator handle() && noexcept { return release(); }
    operator handle() const & noexcept { return caw_ref(held); }
    detail::next_handle<detail::raw<T>> next() const noexcept { return detail::next_handle<detail::raw<T>>(caw_anext(held)); }
};
template <class R> generator(R (*)(caw_generator *)) -> generator<typename detail::given<R>::type>;

/*
 * co_await caw::each(generator, body): awaits body(item) for one item after the other; however that ends, the generator is closed, and
 * its cleanup awaited, before it goes on. As CAW_FOR_AWAIT of the only reference.
 */
template <class T, class B> task<> each_of(generator<T> items, B body)
{
    while (auto item = co_await items.next()) co_await body(std::move(*item));
}
template <class G, class B> task<> each(G from, B body)
{
    generator items(std::move(from));
    auto      loop = each_of(items, std::move(body));
    co_await finally(std::move(loop), [&items] { return caw_aclose(items); });
}

} // namespace caw

/* A function that returns C's handle of a generator can be a coroutine, too. */
template <class R, class... A> struct std::coroutine_traits<R (*)(caw_generator *), A...> {
    typedef caw::detail::generates<R, R (*)(caw_generator *)> promise_type;
};
#endif
