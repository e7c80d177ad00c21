/*
 * Owns: what a result is in C++: references that give themselves back, and how a type of C++ travels as a result of C's.
 * Must not know: coroutines (promise.hpp).
 */
#ifndef CAWAIT_OWN_HPP
#define CAWAIT_OWN_HPP

#include <cawait.h>
#include <new>
#include <type_traits>
#include <utility>

namespace caw
{

template <class T> class task;
template <class T> class future;
template <class T> class generator;

/*
 * caw::ref<T>: one reference to a counted object (ref<caw_string>, ref<caw_error>...), given back at the end. Made of a reference that
 * is yours, as every function that returns one gives it: caw::ref name{caw_string_of("a")}; What borrows it is given name.get(); what
 * consumes a reference name.release(), or caw_ref(name.get()).
 */
template <class T> class ref
{
    T *object = nullptr;

  public:
    constexpr ref() noexcept = default;
    explicit ref(T *owned) noexcept : object(owned) {}
    ref(const ref &other) noexcept : object(caw_ref(other.object)) {}
    ref(ref &&other) noexcept : object(other.release()) {}
    ref &operator=(ref other) noexcept
    {
        std::swap(object, other.object);
        return *this;
    }
    ~ref()
    {
        if (object) caw_unref((void *)(uintptr_t)object);
    }
    T               *get() const noexcept { return object; }
    [[nodiscard]] T *release() noexcept { return std::exchange(object, nullptr); }
    explicit         operator bool() const noexcept { return object; }
};

/* caw::value: a caw_value that gives itself up. */
class value
{
    caw_value held = caw_none();

  public:
    value() noexcept = default;
    explicit value(caw_value owned) noexcept : held(owned) {}
    value(value &&other) noexcept : held(other.release()) {}
    value &operator=(value other) noexcept
    {
        std::swap(held, other.held);
        return *this;
    }
    ~value() { caw_value_drop(held); }
    const caw_value        *operator->() const noexcept { return &held; }
    const caw_value        &get() const noexcept { return held; }
    [[nodiscard]] caw_value release() noexcept { return std::exchange(held, caw_none()); }
};

/* caw::stream: the two ends of a connection, as caw_open_connection gives them. */
struct stream {
    ref<caw_stream_reader> reader;
    ref<caw_stream_writer> writer;
};

namespace detail
{

/* A result that is more than its bytes (a std::string) travels as one counted object. */
template <class T> struct box {
    caw__object object;
    T           held;

    static box *make(T &&from) noexcept
    {
        static_assert(alignof(T) <= 16, "a result is aligned to 16 at most");
        static const caw__type type = {"result", release, nullptr};
        void                  *memory = caw__object_new(&type, CAW__OBJECT, bytes());
        box                   *made = static_cast<box *>(memory);
        if (made) new (&made->held) T(std::move(from));
        return made;
    }
    /* What only this one has is moved; of what somebody else may ask for again, a copy. What cannot be copied goes to the first. */
    static T take(box *from) noexcept
    {
        ref<box> last(from);
        if constexpr (std::is_copy_constructible_v<T>) {
            if (from->object.refs > 1) return from->held;
        }
        return std::move(from->held);
    }

  private:
    static constexpr size_t bytes() { return (sizeof(box) + 15) & ~(size_t)15; }
    static void             release(void *object) noexcept
    {
        static_cast<box *>(object)->held.~T();
        caw__free(object, bytes());
    }
};

template <class T> inline constexpr bool is_box = false;
template <class T> inline constexpr bool is_box<box<T> *> = true;

/* How a T goes to the core: as the `raw` that give() makes of it. */
template <class T, class = void> struct carried {
    typedef box<T> *raw;
    static raw      give(T &&from) noexcept { return box<T>::make(std::move(from)); }
};
template <class T> struct carried<T, std::enable_if_t<std::is_trivially_copyable_v<T>>> {
    typedef T  raw;
    static raw give(T &&from) noexcept { return from; }
};
template <> struct carried<void> {
    typedef void raw;
};
template <class T> struct carried<ref<T>> {
    typedef T *raw;
    static raw give(ref<T> &&from) noexcept { return from.release(); }
};
template <> struct carried<value> {
    typedef caw_value raw;
    static raw        give(value &&from) noexcept { return from.release(); }
};
template <> struct carried<stream> {
    typedef caw_stream raw;
    static raw         give(stream &&from) noexcept { return {from.reader.release(), from.writer.release()}; }
};
template <class T> struct carried<future<T>> {
    typedef typename carried<T>::raw (*raw)(caw_any *);
    static raw give(future<T> &&from) noexcept { return from.release(); }
};
template <class T> struct carried<task<T>> {
    static_assert(!std::is_same_v<T, T>,
                  "a coroutine is no result, as it can be awaited only once: give caw::future, of caw_spawn");
};
template <class T> using raw = typename carried<T>::raw;
template <class T> using handle = raw<T> (*)(caw_any *);

/* What an await makes of it, which owns what C's await would have to give back. */
template <class R> struct given {
    typedef R type;
    static R  take(R from) noexcept { return from; }
};
template <class T>
    requires((caw__traits((T **)nullptr) & CAW__FORWARD) == CAW__COUNTED)
struct given<T *> {
    typedef ref<T> type;
    static ref<T>  take(T *from) noexcept { return ref<T>(from); }
};
template <class T> struct given<box<T> *> {
    typedef T type;
    static T  take(box<T> *from) noexcept { return box<T>::take(from); }
};
template <> struct given<caw_value> {
    typedef value type;
    static value  take(caw_value from) noexcept { return value(from); }
};
template <> struct given<caw_stream> {
    typedef stream type;
    static stream  take(caw_stream from) noexcept
    {
        return {ref<caw_stream_reader>(from.reader), ref<caw_stream_writer>(from.writer)};
    }
};
template <class R> struct given<R (*)(caw_any *)> {
    typedef future<typename given<R>::type> type;
    static type                             take(R (*from)(caw_any *)) noexcept { return type(from); }
};
template <class R> struct given<R (*)(caw_generator *)> {
    typedef generator<typename given<R>::type> type;
    static type                                take(R (*from)(caw_generator *)) noexcept { return type(from); }
};
template <> struct given<void> {
    typedef void type;
};

/* As a result it is owned, like every counted type. */
template <class T> constexpr uint32_t caw__traits(box<T> **) { return CAW__AWAITABLE; }

} // namespace detail
} // namespace caw

#endif
