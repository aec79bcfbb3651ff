// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace nephele {

// Which servers the table shows: those whose name, image or addresses hold every word typed, of all, of the
// running, or of those that need somebody.
class ServersFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    enum class Show { All, Running, Attention };

    explicit ServersFilter(QObject *parent = nullptr);

    void setWords(const QString &words);
    const QString &words() const { return m_words; }
    void setShow(Show show);
    Show show() const { return m_show; }
    bool isFiltering() const { return !m_words.isEmpty() || m_show != Show::All; }

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QString m_words;
    Show m_show = Show::All;
};

} // namespace nephele
