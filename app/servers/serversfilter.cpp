// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/servers/serversfilter.h"

#include "app/servers/serversmodel.h"
#include "app/servers/serverwords.h"

namespace nephele {

ServersFilter::ServersFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(ServersModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setSortLocaleAware(true);
}

void ServersFilter::setWords(const QString &words)
{
    m_words = words.simplified();
    invalidateFilter();
}

void ServersFilter::setShow(Show show)
{
    m_show = show;
    invalidateFilter();
}

bool ServersFilter::filterAcceptsRow(int row, const QModelIndex &) const
{
    const auto *servers = static_cast<const ServersModel *>(sourceModel());
    const Server &server = servers->server(row);
    if (m_show == Show::Running && !words::isRunning(server))
        return false;
    if (m_show == Show::Attention && !words::needsAttention(server))
        return false;
    const QString text = words::searchText(server);
    for (const QString &word : m_words.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (!text.contains(word, Qt::CaseInsensitive))
            return false;
    }
    return true;
}

} // namespace nephele
