// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/quota/commissionstore.h"

#include "model/quota/resourcestore.h"

#include <map>

namespace nephele {

namespace {

using Decision = CommissionStore::Decision;

// The order in which rows are taken, the same as QuotaStore::charge() has within a project.
struct TakenInOrder
{
    bool operator()(const QuotaHolding &one, const QuotaHolding &other) const
    {
        const auto key = [](const QuotaHolding &holding) {
            return std::tuple(holding.project, holding.resource, holding.user.value_or(UserId()));
        };
        return key(one) < key(other);
    }
};
using QuantityByHolding = std::map<QuotaHolding, qint64, TakenInOrder>;

QuotaMove issueMove(qint64 quantity, bool isForced)
{
    if (quantity > 0)
        return { quantity, quantity, 0, isForced ? 0 : quantity };
    return { 0, -quantity, -quantity, 0 };
}

QuotaMove decisionMove(qint64 quantity, Decision decision)
{
    const bool takes = quantity > 0;
    const qint64 amount = takes ? quantity : -quantity;
    const bool lowersUse = takes == (decision == Decision::Reject);
    return { lowersUse ? -amount : 0, -amount, 0, 0 };
}

Result<QuantityByHolding> summed(const QList<Provision> &provisions)
{
    QuantityByHolding sums;
    for (const Provision &provision : provisions) {
        qint64 &sum = sums[provision.holding];
        sum += provision.quantity; // both within 2^60
        if (std::abs(provision.quantity) > mostProvided || std::abs(sum) > mostProvided)
            return invalid(QStringLiteral("provisions: the quantity of %1 is out of range.")
                               .arg(provision.holding.resource));
    }
    return sums;
}

// Every charge to a user stands beside the same charge to the project.
Result<> checkBalance(const QuantityByHolding &sums)
{
    QMap<std::pair<QString, QString>, qint64> differences;
    for (const auto &[holding, quantity] : sums) {
        qint64 &difference = differences[{ holding.project.text(), holding.resource }];
        difference += holding.user ? -quantity : quantity;
        if (std::abs(difference) > mostProvided)
            return invalid(
                QStringLiteral("provisions: the quantities of %1 are out of range.").arg(holding.resource));
    }
    for (auto it = differences.cbegin(); it != differences.cend(); ++it) {
        if (it.value() != 0)
            return invalid(QStringLiteral("provisions: what project %1 gets of %2 is not what its users get.")
                               .arg(it.key().first, it.key().second));
    }
    return {};
}

// Whether there is something to count for this holder, and whether it may grow.
enum class HolderState { Absent, Present, Former };
Result<HolderState> holderState(Transaction &t, const QuotaHolding &holding)
{
    const auto project = t.row("SELECT id FROM project WHERE id = :project",
        { { ":project", holding.project.text() } }, [](const Row &row) { return row.text(0); });
    if (!project)
        return project.error();
    if (!*project)
        return HolderState::Absent;
    if (!holding.user)
        return HolderState::Present;
    const Parameters key { { ":project", holding.project.text() }, { ":user", holding.user->text() } };
    const auto membership = t.row("SELECT state FROM membership WHERE project = :project AND user_id = :user",
        key, [](const Row &row) { return row.text(0); });
    if (!membership)
        return membership.error();
    if (*membership == QStringLiteral("accepted") || *membership == QStringLiteral("leave_requested"))
        return HolderState::Present;
    const auto kept = t.row(R"(
        SELECT used FROM quota_user
        WHERE project = :project AND user_id = :user AND resource = :resource)",
        key + Parameters { { ":resource", holding.resource } },
        [](const Row &row) { return row.integer(0); });
    if (!kept)
        return kept.error();
    return *kept ? HolderState::Former : HolderState::Absent;
}

CommissionRefusal refusal(
    CommissionRefusal::Reason reason, const Provision &provision, const QuotaStanding &standing = { 0, 0, 0 })
{
    const bool isUnderZero = reason == CommissionRefusal::Reason::NoQuantity;
    return { reason, provision, isUnderZero ? 0 : standing.most,
        isUnderZero ? standing.used - standing.pending : standing.used };
}

class Issuing
{
public:
    Issuing(Transaction &t, const NewCommission &wanted) : m_t(t), m_wanted(wanted) { }

    // nullopt: all of it holds now.
    Result<std::optional<CommissionRefusal>> run(const QuantityByHolding &sums)
    {
        const auto resources = ResourceStore::all(m_t);
        if (!resources)
            return resources.error();
        for (const QuotaResource &resource : *resources) {
            if (resource.isCountedBy(m_wanted.component))
                m_resources.insert(resource.name, resource);
        }
        for (const auto &[holding, quantity] : sums) {
            const auto refused = take({ holding, quantity });
            if (!refused)
                return refused.error();
            if (!*refused)
                continue;
            if (const auto undone = takeBack(); !undone)
                return undone.error();
            return refused;
        }
        return std::optional<CommissionRefusal>();
    }

private:
    Result<std::optional<CommissionRefusal>> take(const Provision &provision)
    {
        using Reason = CommissionRefusal::Reason;
        const auto resource = m_resources.constFind(provision.holding.resource);
        if (resource == m_resources.cend())
            return std::optional(refusal(Reason::NoHolding, provision));
        const auto state = holderState(m_t, provision.holding);
        if (!state)
            return state.error();
        if (*state == HolderState::Absent)
            return std::optional(refusal(Reason::NoHolding, provision));
        if (provision.quantity == 0)
            return std::optional<CommissionRefusal>();
        QuotaMove move = issueMove(provision.quantity, m_wanted.isForced);
        const bool isBeyondLimit = *state == HolderState::Former && move.asked > 0;
        if (isBeyondLimit)
            return std::optional(refusal(Reason::NoCapacity, provision));
        const auto refused = moveHolding(m_t, provision.holding, resource->projectMost, move);
        if (!refused)
            return refused.error();
        if (*refused)
            return std::optional(
                refusal((*refused)->reason == QuotaRefusal::Reason::NoQuantity ? Reason::NoQuantity
                                                                               : Reason::NoCapacity,
                    provision, (*refused)->standing));
        m_taken.append(provision);
        return std::optional<CommissionRefusal>();
    }

    Result<> takeBack()
    {
        for (const Provision &provision : m_taken) {
            const auto moved =
                moveHolding(m_t, provision.holding, 0, decisionMove(provision.quantity, Decision::Reject));
            if (!moved)
                return moved.error();
            if (*moved)
                return internalError(QStringLiteral("what was just taken is gone"));
        }
        return {};
    }

    Transaction &m_t;
    const NewCommission &m_wanted;
    QHash<QString, QuotaResource> m_resources; // that the component counts
    QList<Provision> m_taken;
};

Result<qint64> insertCommission(Transaction &t, const NewCommission &wanted, const QuantityByHolding &sums)
{
    const auto serial = t.row(R"(
        INSERT INTO commission (component, name, issued_at_ms) VALUES (:component, :name, :at)
        RETURNING serial)",
        { { ":component", wanted.component }, { ":name", wanted.name }, { ":at", t.stampMs() } },
        [](const Row &row) { return row.integer(0); });
    if (!serial)
        return serial.error();
    if (!*serial)
        return internalError(QStringLiteral("the commission got no serial"));
    for (const auto &[holding, quantity] : sums) {
        const auto inserted = t.execute(R"(
            INSERT INTO provision (commission, project, user_id, resource, quantity)
            VALUES (:serial, :project, :user, :resource, :quantity))",
            { { ":serial", **serial }, { ":project", holding.project.text() },
                { ":user", holding.user.value_or(UserId()).text() }, { ":resource", holding.resource },
                { ":quantity", quantity } });
        if (!inserted)
            return inserted.error();
    }
    return **serial;
}

} // namespace

Result<CommissionStore::Issued> CommissionStore::issue(Transaction &t, const NewCommission &wanted)
{
    const auto sums = summed(wanted.provisions);
    if (!sums)
        return sums.error();
    if (const auto balanced = checkBalance(*sums); !balanced)
        return balanced.error();
    const auto refused = Issuing(t, wanted).run(*sums);
    if (!refused)
        return refused.error();
    if (*refused)
        return Issued(**refused);
    // Also one that is decided at once has a serial that nobody else gets.
    const auto serial = insertCommission(t, wanted, *sums);
    if (!serial)
        return serial.error();
    if (wanted.isAccepted) {
        if (const auto decided = decide(t, wanted.component, *serial, Decision::Accept); !decided)
            return decided.error();
    }
    return Issued(*serial);
}

Result<QList<qint64>> CommissionStore::pending(const ReadTransaction &t, const QString &component, int limit)
{
    return t.rows("SELECT serial FROM commission WHERE component = :component ORDER BY serial LIMIT :limit",
        { { ":component", component }, { ":limit", limit } }, [](const Row &row) { return row.integer(0); });
}

Result<std::optional<Commission>> CommissionStore::find(
    const ReadTransaction &t, const QString &component, qint64 serial)
{
    auto commission = t.row(R"(
        SELECT serial, name, issued_at_ms FROM commission
        WHERE serial = :serial AND component = :component)",
        { { ":serial", serial }, { ":component", component } }, [](const Row &row) {
            return Commission { row.integer(0), row.text(1), row.integer(2), {} };
        });
    if (!commission || !*commission)
        return commission;
    const auto provisions = t.rows(R"(
        SELECT project, user_id, resource, quantity FROM provision
        WHERE commission = :serial
        ORDER BY project, resource, user_id)",
        { { ":serial", serial } }, [](const Row &row) {
            const auto user = row.id<UserId>(1);
            return Provision { { row.id<ProjectId>(0), user.isNull() ? std::nullopt : std::optional(user),
                                   row.text(2) },
                row.integer(3) };
        });
    if (!provisions)
        return provisions.error();
    (*commission)->provisions = *provisions;
    return commission;
}

Result<bool> CommissionStore::decide(
    Transaction &t, const QString &component, qint64 serial, Decision decision)
{
    const auto commission = find(t, component, serial);
    if (!commission)
        return commission.error();
    if (!*commission)
        return false;
    const auto removed =
        t.execute("DELETE FROM commission WHERE serial = :serial", { { ":serial", serial } });
    if (!removed)
        return removed.error();
    for (const Provision &provision : (*commission)->provisions) {
        if (provision.quantity == 0)
            continue;
        const auto moved = moveHolding(t, provision.holding, 0, decisionMove(provision.quantity, decision));
        if (!moved)
            return moved.error();
        // pending <= used is kept by all that moves them, so this is a row somebody wrote by hand.
        if (*moved)
            return internalError(QStringLiteral("commission %1 does not fit the counts").arg(serial));
    }
    return true;
}

} // namespace nephele
