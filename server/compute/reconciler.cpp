// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/compute/compute.h"

#include "server/compute/serverpower.h"
#include "server/compute/serverseed.h"
#include "server/guest/guestdisks.h"

#include <QHash>
#include <QLoggingCategory>
#include <QThreadPool>
#include <QTimer>

namespace nephele {

Q_LOGGING_CATEGORY(computeLog, "nephele.compute")

namespace {

constexpr int lookEveryMs = 60'000;
constexpr int awayGraceMs = 5'000;
constexpr int looksAtOnce = 4;
constexpr qint64 keepDeletedMs = 24 * 3600 * 1000;
const QString serverKind = QStringLiteral("server");

} // namespace

// The looks run in the pool and touch `parts` and the atomics only; everything else is the owner's thread's.
class Reconciler::Private
{
public:
    Private(Reconciler *owner, ComputeParts &lent) : q(owner), parts(lent)
    {
        pool.setMaxThreadCount(looksAtOnce);
    }

    void lookAtAll();
    std::optional<Error> compareAll();
    Result<QList<ServerRecord>> presentServers() const;
    void lookAtOne(const ServerId &id) const;
    void markAllUnknown() const;
    void removeLeftovers(const QHash<ServerId, GuestPower> &guests) const;
    void pruneDeleted() const;

    Reconciler *q;
    ComputeParts &parts;
    QThreadPool pool;
    QTimer timer;
    QTimer awayTimer;
    bool isLooking = false;
    bool isLookDue = false;
    std::atomic<bool> wasAway = false; // at the look before
    std::atomic<bool> stopping = false;
};

void Reconciler::Private::lookAtAll()
{
    if (isLooking) {
        isLookDue = true;
        return;
    }
    isLooking = true;
    pool.start([this] {
        const auto failure = compareAll();
        if (const auto emptied = emptySeeds(parts); !emptied)
            qCWarning(computeLog, "%s", qUtf8Printable(emptied.error().detail));
        pruneDeleted();
        QMetaObject::invokeMethod(q, [this, failure] {
            isLooking = false;
            if (failure && !wasAway.exchange(true))
                awayTimer.start(awayGraceMs); // a host that comes back at once was not away
            if (!failure)
                wasAway = false;
            emit q->reconciled(failure);
            if (std::exchange(isLookDue, false))
                lookAtAll();
        });
    });
}

// The guests first, the rows after: a server made in between is a row too many, never a guest too many.
std::optional<Error> Reconciler::Private::compareAll()
{
    const auto guests = parts.hypervisor.guests();
    if (!guests) {
        if (wasAway)
            markAllUnknown();
        return guests.error();
    }
    QHash<ServerId, GuestPower> powers;
    for (const GuestState &guest : *guests)
        powers.insert(guest.server, guest.power);
    const auto servers = presentServers();
    if (!servers)
        return servers.error();
    for (const ServerRecord &record : *servers) {
        if (stopping)
            return std::nullopt;
        const auto power = powers.constFind(record.server.id);
        const auto seen = power == powers.cend() ? std::nullopt : std::optional(*power);
        // The list may be older than the row: what looks different is looked at again, alone.
        if (powerDiffers(record.server, seen))
            lookAtOne(record.server.id);
    }
    removeLeftovers(powers);
    return std::nullopt;
}

Result<QList<ServerRecord>> Reconciler::Private::presentServers() const
{
    QList<ServerRecord> all;
    for (ServerId after;;) {
        const auto page =
            parts.database.read([&](ReadTransaction &t) { return ServerStore::present(t, after); });
        if (!page)
            return page.error();
        if (page->isEmpty())
            return all;
        after = page->last().server.id;
        all.append(*page);
    }
}

void Reconciler::Private::lookAtOne(const ServerId &id) const
{
    const auto before = parts.database.read([&](ReadTransaction &t) { return ServerStore::find(t, id); });
    if (!before || !*before)
        return;
    const auto busy = parts.database.read(
        [&](ReadTransaction &t) { return OperationEngine::isBusy(t, serverKind, id.text()); });
    if (!busy || *busy) {
        parts.engine.wakeTarget(serverKind, id.text());
        return;
    }
    const auto state = parts.hypervisor.state(id);
    if (!state)
        return; // away: the look at everything says so
    const auto power = *state ? std::optional((*state)->power) : std::nullopt;
    if (!powerDiffers((*before)->server, power))
        return;
    const auto applied = parts.database
                             .write([id, power, seenAtMs = (*before)->server.updatedAtMs](
                                        Transaction &t) { return applyPower(t, id, power, seenAtMs); })
                             .result();
    if (!applied)
        qCWarning(
            computeLog, "server %s: %s", qUtf8Printable(id.text()), qUtf8Printable(applied.error().detail));
}

void Reconciler::Private::markAllUnknown() const
{
    const auto servers = presentServers();
    if (!servers)
        return;
    QList<ServerId> ids;
    for (const ServerRecord &record : *servers) {
        if (isPowered(record.server.state))
            ids.append(record.server.id);
    }
    constexpr qsizetype slice = 100;
    for (qsizetype at = 0; at < ids.size() && !stopping; at += slice) {
        const auto marked = parts.database
                                .write([some = ids.mid(at, slice)](Transaction &t) -> Result<> {
                                    for (const ServerId &id : some) {
                                        if (const auto done = applyAway(t, id); !done)
                                            return done;
                                    }
                                    return {};
                                })
                                .result();
        if (!marked)
            qCWarning(computeLog, "%s", qUtf8Printable(marked.error().detail));
    }
}

// Guests and files of servers whose rows say they are deleted: an end that a crash of the host took back.
// What no row knows stays: it may belong to a newer copy of the database.
void Reconciler::Private::removeLeftovers(const QHash<ServerId, GuestPower> &guests) const
{
    QList<ServerId> candidates = guests.keys();
    for (const ServerId &id : parts.disks.servers()) {
        if (!guests.contains(id))
            candidates.append(id);
    }
    for (const ServerId &id : candidates) {
        const auto row = parts.database.read([&](ReadTransaction &t) { return ServerStore::find(t, id); });
        if (!row || stopping)
            return;
        if (!*row) {
            qCInfo(computeLog, "guest %s is in no row; left alone", qUtf8Printable(id.text()));
            continue;
        }
        if ((*row)->server.state != ServerState::Deleted)
            continue;
        const auto gone = parts.hypervisor.undefine(id);
        const auto cleared = gone ? parts.disks.remove(id) : gone;
        qCInfo(computeLog, "deleted server %s had left something: %s", qUtf8Printable(id.text()),
            cleared ? "removed" : qUtf8Printable(cleared.error().message));
    }
}

void Reconciler::Private::pruneDeleted() const
{
    const qint64 before = parts.database.clock().nowMs() - keepDeletedMs;
    for (;;) {
        const auto removed =
            parts.database.write([before](Transaction &t) { return ServerStore::pruneDeleted(t, before); })
                .result();
        if (!removed || *removed < 500)
            return;
    }
}

Reconciler::Reconciler(ComputeParts &parts) : m_d(std::make_unique<Private>(this, parts)) { }

Reconciler::~Reconciler()
{
    m_d->stopping = true;
    m_d->pool.waitForDone();
}

void Reconciler::start()
{
    connect(&m_d->timer, &QTimer::timeout, this, &Reconciler::reconcile);
    m_d->timer.start(lookEveryMs);
    m_d->awayTimer.setSingleShot(true);
    connect(&m_d->awayTimer, &QTimer::timeout, this, &Reconciler::reconcile);
    connect(&m_d->parts.hypervisor, &Hypervisor::connectedChanged, this, &Reconciler::reconcile);
    connect(&m_d->parts.hypervisor, &Hypervisor::guestChanged, this, [this](const ServerId &server) {
        m_d->pool.start([d = m_d.get(), server] { d->lookAtOne(server); });
    });
    reconcile();
}

void Reconciler::reconcile()
{
    m_d->lookAtAll();
}

} // namespace nephele
