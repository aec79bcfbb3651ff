// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/project/membershipstore.h"

namespace nephele {

namespace {

// Columns: project, user, state, roles, number, made at, a state it was in, when. One row per date, at least
// one.
#define NEPHELE_MEMBERSHIP_COLUMNS                                                                           \
    "m.project, m.user_id, m.state, m.roles, n.number, m.created_at_ms, d.state, d.at_ms"
#define NEPHELE_MEMBERSHIP_JOINS                                                                             \
    " LEFT JOIN membership_number n ON n.project = m.project AND n.user_id = m.user_id"                      \
    " LEFT JOIN membership_date d ON d.project = m.project AND d.user_id = m.user_id "

// Puts the dates of consecutive rows together.
class MembershipReader
{
public:
    void read(const Row &row)
    {
        const auto project = row.id<ProjectId>(0);
        const auto user = row.id<UserId>(1);
        if (m_memberships.isEmpty() || m_memberships.last().project != project
            || m_memberships.last().user != user) {
            const auto state = membershipStateFrom(row.text(2)).value_or(MembershipState::Removed);
            m_memberships.append({ MembershipNumber(row.integer(4)), project, user, state,
                Roles::fromInt(int(row.integer(3))), {} });
            // Whoever came in by another door has no date; the row is as old as he is.
            if (!row.isNull(5))
                m_memberships.last().datesMs.insert(state, row.integer(5));
        }
        if (const auto state = membershipStateFrom(row.text(6)))
            m_memberships.last().datesMs.insert(*state, row.integer(7));
    }

    const QList<ProjectMembership> &memberships() const { return m_memberships; }
    std::optional<ProjectMembership> first() const
    {
        return m_memberships.isEmpty() ? std::nullopt : std::optional(m_memberships.first());
    }

private:
    QList<ProjectMembership> m_memberships;
};

QByteArray listingClauses(const MembershipListing &listing)
{
    QByteArray clauses = " WHERE 1 = 1";
    if (listing.viewer)
        clauses += R"( AND (m.project, m.user_id) IN (
            SELECT project, user_id FROM membership WHERE user_id = :viewer
            UNION
            SELECT o.project, o.user_id FROM project_life l JOIN membership o ON o.project = l.project
            WHERE l.owner = :viewer))";
    if (listing.project)
        clauses += " AND m.project = :project";
    if (listing.after)
        clauses += R"( AND (m.project, m.user_id) > (
            SELECT a.project, a.user_id FROM membership_number a WHERE a.number = :after))";
    return clauses;
}

} // namespace

Result<std::optional<ProjectMembership>> MembershipStore::find(
    const ReadTransaction &t, const ProjectId &project, const UserId &user)
{
    MembershipReader reader;
    const auto read =
        t.eachRow("SELECT " NEPHELE_MEMBERSHIP_COLUMNS " FROM membership m" NEPHELE_MEMBERSHIP_JOINS
                  "WHERE m.project = :project AND m.user_id = :user ORDER BY d.at_ms",
            { { ":project", project.text() }, { ":user", user.text() } },
            [&](const Row &row) { reader.read(row); });
    if (!read)
        return read.error();
    return reader.first();
}

Result<std::optional<ProjectMembership>> MembershipStore::find(
    const ReadTransaction &t, MembershipNumber number)
{
    MembershipReader reader;
    const auto read = t.eachRow(R"(
        SELECT n.project, n.user_id, COALESCE(m.state, 'removed'), COALESCE(m.roles, 0), n.number,
            m.created_at_ms, d.state, d.at_ms
        FROM membership_number n
        LEFT JOIN membership m ON m.project = n.project AND m.user_id = n.user_id
        LEFT JOIN membership_date d ON d.project = n.project AND d.user_id = n.user_id
        WHERE n.number = :number ORDER BY d.at_ms)",
        { { ":number", number.value() } }, [&](const Row &row) { reader.read(row); });
    if (!read)
        return read.error();
    return reader.first();
}

Result<Page<ProjectMembership>> MembershipStore::memberships(
    const ReadTransaction &t, const MembershipListing &listing)
{
    Parameters parameters { { ":most", listing.limit + 1 } };
    if (listing.viewer)
        parameters.append({ ":viewer", listing.viewer->text() });
    if (listing.project)
        parameters.append({ ":project", listing.project->text() });
    if (listing.after)
        parameters.append({ ":after", listing.after->value() });
    MembershipReader reader;
    const auto read =
        t.eachRow("SELECT " NEPHELE_MEMBERSHIP_COLUMNS " FROM ("
                  "SELECT m.project, m.user_id, m.state, m.roles, m.created_at_ms FROM membership m"
                + listingClauses(listing)
                + " ORDER BY m.project, m.user_id LIMIT :most) m" NEPHELE_MEMBERSHIP_JOINS
                  "ORDER BY m.project, m.user_id, d.at_ms",
            parameters, [&](const Row &row) { reader.read(row); });
    if (!read)
        return read.error();
    const bool isTruncated = reader.memberships().size() > listing.limit;
    return Page<ProjectMembership> { reader.memberships().mid(0, listing.limit), isTruncated };
}

Result<qint64> MembershipStore::countInside(const ReadTransaction &t, const ProjectId &project, qint64 most)
{
    const auto count = t.row(R"(
        SELECT COUNT(*) FROM (
            SELECT 1 FROM membership
            WHERE project = :project AND state IN ('accepted', 'leave_requested', 'suspended')
            LIMIT :most) inside)",
        { { ":project", project.text() }, { ":most", most } }, [](const Row &row) { return row.integer(0); });
    if (!count)
        return count.error();
    return count->value_or(0);
}

Result<MembershipNumber> MembershipStore::ensureNumber(
    Transaction &t, const ProjectId &project, const UserId &user)
{
    const Parameters key { { ":project", project.text() }, { ":user", user.text() } };
    const auto number = [](const Row &row) { return MembershipNumber(row.integer(0)); };
    const auto known = t.row(
        "SELECT number FROM membership_number WHERE project = :project AND user_id = :user", key, number);
    if (!known)
        return known.error();
    if (*known)
        return **known;
    const auto given = t.row(R"(
        INSERT INTO membership_number (project, user_id) VALUES (:project, :user) RETURNING number)",
        key, number);
    if (!given)
        return given.error();
    return **given;
}

Result<> MembershipStore::setState(
    Transaction &t, const ProjectId &project, const UserId &user, MembershipState state)
{
    const Parameters parameters { { ":project", project.text() }, { ":user", user.text() },
        { ":state", wordOf(state) }, { ":at", t.stampMs() } };
    const auto moved = t.execute(R"(
        INSERT INTO membership (project, user_id, roles, state, created_at_ms)
        VALUES (:project, :user, 0, :state, :at)
        ON CONFLICT (project, user_id) DO UPDATE SET state = excluded.state)",
        parameters);
    if (!moved)
        return moved.error();
    const auto dated = t.execute(R"(
        INSERT INTO membership_date (project, user_id, state, at_ms) VALUES (:project, :user, :state, :at)
        ON CONFLICT (project, user_id, state) DO UPDATE SET at_ms = excluded.at_ms)",
        parameters);
    return dated ? Result<>() : Result<>(dated.error());
}

Result<> MembershipStore::setRoles(Transaction &t, const ProjectId &project, const UserId &user, Roles roles)
{
    const auto set =
        t.execute("UPDATE membership SET roles = :roles WHERE project = :project AND user_id = :user",
            { { ":roles", int(roles.toInt()) }, { ":project", project.text() }, { ":user", user.text() } });
    return set ? Result<>() : Result<>(set.error());
}

} // namespace nephele
