// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sync/syncplan.h"

#include "app/sync/syncname.h"

#include <QHash>
#include <QSet>

#include <algorithm>

namespace nephele {

namespace {

constexpr int fewDeletions = 10; // never called a mass

SyncStep bringHere(const SyncState &local, const SyncState &remote)
{
    if (remote.isMissing())
        return SyncStep::RemoveLocal;
    if (remote.isFolder())
        return local.isFile() ? SyncStep::RemoveLocal : SyncStep::MakeLocalFolder;
    return local.isFile() && local.hash == remote.hash ? SyncStep::MarkLocal : SyncStep::Download;
}

SyncStep bringThere(const SyncState &local, const SyncState &remote)
{
    if (local.isMissing())
        return SyncStep::RemoveRemote;
    if (local.isFolder())
        return SyncStep::MakeRemoteFolder;
    return remote.isFile() && local.hash == remote.hash ? SyncStep::MarkRemote : SyncStep::Upload;
}

SyncStep settleBothChanged(const SyncState &local, const SyncState &remote)
{
    if (local.isMissing())
        return bringHere(local, remote);
    if (remote.isMissing())
        return bringThere(local, remote);
    if (local.isFile() && remote.isFile() && local.hash == remote.hash)
        return local.isExecutable ? SyncStep::MarkRemote : SyncStep::MarkLocal;
    // A folder that is a folder only in name gives way: nothing is in it.
    if (local.isFolder())
        return SyncStep::Download;
    return SyncStep::SetAsideLocal;
}

// All three sides of every name, and the step chosen for it.
class Planner
{
public:
    Planner(
        const KnownEntries &known, const LocalEntries &local, const RemoteEntries &remote, Letters letters)
        : m_known(known), m_local(local), m_remote(remote), m_letters(letters)
    {
    }

    SyncPlan plan(RemoteMoves moves)
    {
        for (const auto *names : { &m_knownNames, &m_localNames, &m_remoteNames }) {
            for (const QString &name : *names)
                m_actions.insert(name, { SyncStep::Nothing, name, {}, {} });
        }
        for (auto it = m_local.cbegin(); it != m_local.cend(); ++it) {
            if (it->isBlocked())
                m_blocked.insert(it.key());
        }
        findMovesOnServer();
        if (moves == RemoteMoves::Possible)
            findRenamesHere();
        for (SyncAction &action : m_actions) {
            if (!m_moved.contains(action.name))
                decide(action);
        }
        refuseAlikeNames();
        settleFoldersAgainstFiles();
        return collected();
    }

private:
    SyncState localState(const QString &name) const
    {
        const LocalEntry entry = m_local.value(name);
        const bool isImplied = entry.hasContent && !m_known.value(name).state.isFolder()
            && !m_remote.value(name).state.isFolder();
        return entry.state.isFolder() && isImplied ? SyncState() : entry.state;
    }
    void move(SyncStep step, const QString &from, const QString &to)
    {
        m_actions.insert(from, { step, from, to, {} });
        m_moved.insert(from);
        m_moved.insert(to);
    }

    void findMovesOnServer();
    void findRenamesHere();
    std::optional<QString> originalOf(const QString &name, const QHash<QByteArray, QStringList> &gone) const;
    QString blockOn(const QString &name) const;
    void decide(SyncAction &action) const;
    void refuseAlikeNames();
    void settleFoldersAgainstFiles();
    void settleFolderAbove(SyncAction &action);
    void settleFolderBelow(SyncAction &action);
    bool staysHere(const QString &name) const;
    bool holdsBelow(const QString &name) const;
    SyncPlan collected() const;
    std::optional<MassDeletion> massDeletion() const;

    const KnownEntries &m_known;
    const LocalEntries &m_local;
    const RemoteEntries &m_remote;
    const Letters m_letters;
    const QList<QString> m_knownNames = m_known.keys();
    const QList<QString> m_localNames = m_local.keys();
    const QList<QString> m_remoteNames = m_remote.keys();
    QMap<QString, SyncAction> m_actions;
    QSet<QString> m_moved; // both ends of renames
    QSet<QString> m_blocked;
};

// X-Object-UUID outlives a move: the same one under another name is the same object.
void Planner::findMovesOnServer()
{
    QHash<QString, QString> nameOfNew;
    for (auto it = m_remote.cbegin(); it != m_remote.cend(); ++it) {
        if (it->state.isFile() && !it->uuid.isEmpty() && !m_local.contains(it.key())
            && !m_known.contains(it.key()))
            nameOfNew.insert(it->uuid, it.key());
    }
    for (auto it = m_known.cbegin(); it != m_known.cend(); ++it) {
        const LocalEntry here = m_local.value(it.key());
        if (it->uuid.isEmpty() || m_remote.contains(it.key()) || !here.state.isFile() || here.isBlocked())
            continue;
        if (const QString to = nameOfNew.take(it->uuid); !to.isEmpty())
            move(SyncStep::RenameLocal, it.key(), to);
    }
}

void Planner::findRenamesHere()
{
    QHash<QByteArray, QStringList> gone; // by content
    for (auto it = m_known.cbegin(); it != m_known.cend(); ++it) {
        const bool isEmpty = isHole(it->state.hash); // renaming what has no content saves nothing
        if (it->state.isFile() && !isEmpty && !m_local.contains(it.key())
            && m_remote.value(it.key()).state == it->state && !m_moved.contains(it.key())
            && blockOn(it.key()).isEmpty())
            gone[it->state.hash].append(it.key());
    }
    if (gone.isEmpty())
        return;
    for (auto it = m_local.cbegin(); it != m_local.cend(); ++it) {
        if (!it->state.isFile() || it->isBlocked() || m_known.contains(it.key())
            || m_remote.contains(it.key()) || m_moved.contains(it.key()))
            continue;
        if (const auto from = originalOf(it.key(), gone)) {
            gone[it->state.hash].removeOne(*from);
            move(SyncStep::MoveRemote, *from, it.key());
        }
    }
}

// Of several equal files that are gone: the one that was this very file, else one of the same name in another
// folder, else the first.
std::optional<QString> Planner::originalOf(
    const QString &name, const QHash<QByteArray, QStringList> &gone) const
{
    const LocalEntry entry = m_local.value(name);
    const QStringList names = gone.value(entry.state.hash);
    if (names.isEmpty())
        return std::nullopt;
    for (const QString &candidate : names) {
        if (entry.identity.inode != 0 && m_known.value(candidate).inode == entry.identity.inode)
            return candidate;
    }
    for (const QString &candidate : names) {
        if (fileNameOf(candidate) == fileNameOf(name))
            return candidate;
    }
    return names.constFirst();
}

// What keeps a name from being looked at: of a folder that cannot be read, nothing below is known.
QString Planner::blockOn(const QString &name) const
{
    for (QString at = name; !at.isEmpty() && !m_blocked.isEmpty(); at = folderOf(at)) {
        if (m_blocked.contains(at))
            return at == name ? m_local.value(at).blockedBy
                              : QStringLiteral("%1: %2").arg(at, m_local.value(at).blockedBy);
    }
    return {};
}

void Planner::decide(SyncAction &action) const
{
    const SyncState known = m_known.value(action.name).state;
    const SyncState remote = m_remote.value(action.name).state;
    if (const QString why = blockOn(action.name); !why.isEmpty()) {
        if (remote != known && !remote.isMissing()) {
            action.step = SyncStep::Refuse;
            action.reason = why;
        }
        return;
    }
    action.step = decideSync(known, localState(action.name), remote);
}

// Where the file system does not tell letters apart, the second of two such names would overwrite the first.
void Planner::refuseAlikeNames()
{
    if (m_letters == Letters::Distinct)
        return;
    QHash<QString, QString> seen;
    for (const QString &name : m_localNames)
        seen.insert(name.toCaseFolded(), name);
    for (SyncAction &action : m_actions) {
        if (action.step != SyncStep::Download && action.step != SyncStep::MakeLocalFolder
            && action.step != SyncStep::RenameLocal)
            continue;
        const QString name = action.target.isEmpty() ? action.name : action.target;
        const QString other = seen.value(name.toCaseFolded(), name);
        if (other == name) {
            seen.insert(name.toCaseFolded(), name);
            continue;
        }
        action = { SyncStep::Refuse, action.name, {},
            QStringLiteral("differs from %1 in the case of letters only, which this folder cannot hold")
                .arg(other) };
    }
}

// Whether a file stands here when the removals and renames are done.
bool Planner::staysHere(const QString &name) const
{
    const auto here = m_local.constFind(name);
    if (here == m_local.cend() || (here->state.isFolder() && !here->isBlocked()))
        return false;
    const SyncStep step = m_actions.value(name).step;
    return step != SyncStep::RemoveLocal && step != SyncStep::RenameLocal && step != SyncStep::SetAsideLocal;
}

bool Planner::holdsBelow(const QString &name) const
{
    const QString prefix = name + QLatin1Char('/');
    for (auto it = m_local.lowerBound(prefix); it != m_local.cend() && it.key().startsWith(prefix); ++it) {
        const SyncStep step = m_actions.value(it.key()).step;
        const bool goes = step == SyncStep::RemoveLocal || step == SyncStep::RenameLocal;
        if (it->state.isFolder() ? !goes && !localState(it.key()).isMissing() : !goes)
            return true;
    }
    return false;
}

void Planner::settleFolderAbove(SyncAction &action)
{
    const QString name = action.target.isEmpty() ? action.name : action.target;
    for (QString folder = folderOf(name); !folder.isEmpty(); folder = folderOf(folder)) {
        if (!staysHere(folder))
            continue;
        const LocalEntry here = m_local.value(folder);
        if (here.isBlocked() || m_remote.value(folder).state.isFile()) {
            const QString why = here.isBlocked()
                ? QStringLiteral("%1: %2").arg(folder, here.blockedBy)
                : QStringLiteral("%1 is a file, here and on the server").arg(folder);
            action = { SyncStep::Refuse, action.name, {}, why };
            return;
        }
        // The next look finds the way free.
        m_actions.insert(folder, { SyncStep::SetAsideLocal, folder, {}, {} });
        action.step = SyncStep::Nothing;
        return;
    }
}

void Planner::settleFolderBelow(SyncAction &action)
{
    const QString prefix = action.name + QLatin1Char('/');
    const auto below = m_remote.lowerBound(prefix);
    if (below != m_remote.cend() && below.key().startsWith(prefix))
        action = { SyncStep::Refuse, action.name, {},
            QStringLiteral("is a file and a folder on the server") };
    else if (holdsBelow(action.name))
        action.step = SyncStep::SetAsideRemote;
}

void Planner::settleFoldersAgainstFiles()
{
    const QList<QString> names = m_actions.keys();
    for (const QString &name : names) {
        SyncAction &action = m_actions[name];
        if (action.step == SyncStep::Download)
            settleFolderBelow(action);
    }
    for (const QString &name : names) {
        SyncAction action = m_actions.value(name);
        if (action.step != SyncStep::Download && action.step != SyncStep::MakeLocalFolder
            && action.step != SyncStep::RenameLocal)
            continue;
        settleFolderAbove(action);
        m_actions.insert(name, action);
    }
}

std::optional<MassDeletion> Planner::massDeletion() const
{
    const auto files = [](const auto &entries) {
        return int(std::count_if(
            entries.cbegin(), entries.cend(), [](const auto &entry) { return entry.state.isFile(); }));
    };
    int here = 0;
    int there = 0;
    for (const SyncAction &action : m_actions) {
        here += action.step == SyncStep::RemoveLocal && m_local.value(action.name).state.isFile();
        there += action.step == SyncStep::RemoveRemote && m_remote.value(action.name).state.isFile();
    }
    const int known = files(m_known);
    const auto isMass = [known](int removed, bool isSourceEmpty) {
        return removed > 0 && (isSourceEmpty || (removed > fewDeletions && removed * 2 > known));
    };
    if (isMass(there, m_local.isEmpty()))
        return MassDeletion { MassDeletion::Where::OnServer, there, known };
    if (isMass(here, m_remote.isEmpty()))
        return MassDeletion { MassDeletion::Where::Here, here, known };
    return std::nullopt;
}

SyncPlan Planner::collected() const
{
    SyncPlan plan;
    for (const SyncAction &action : m_actions) {
        if (action.step != SyncStep::Nothing)
            plan.actions.append(action);
    }
    std::stable_sort(plan.actions.begin(), plan.actions.end(), [](const SyncAction &a, const SyncAction &b) {
        if (a.step != b.step)
            return a.step < b.step;
        const bool deepestFirst = a.step == SyncStep::RemoveLocal || a.step == SyncStep::RemoveRemote;
        return deepestFirst ? b.name < a.name : a.name < b.name;
    });
    plan.massDeletion = massDeletion();
    return plan;
}

} // namespace

SyncStep decideSync(const SyncState &known, const SyncState &local, const SyncState &remote)
{
    const bool changedHere = local != known;
    const bool changedThere = remote != known;
    if (!changedHere && !changedThere)
        return SyncStep::Nothing;
    if (!changedHere)
        return bringHere(local, remote);
    if (!changedThere)
        return bringThere(local, remote);
    if (local == remote)
        return local.isMissing() ? SyncStep::Forget : SyncStep::Learn;
    return settleBothChanged(local, remote);
}

SyncPlan planSync(const KnownEntries &known, const LocalEntries &local, const RemoteEntries &remote,
    Letters letters, RemoteMoves moves)
{
    return Planner(known, local, remote, letters).plan(moves);
}

} // namespace nephele
